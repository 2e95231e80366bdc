#include "storage/engine/rocksdb_options.h"

#include <rocksdb/cache.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/statistics.h>
#include <rocksdb/table.h>

#include "storage/base/concat.h"
#include "storage/engine/rocksdb_logger.h"

namespace setpoint::storage {
namespace {

// Measured on the 58,579 blobs (170 MB) of home-ops, in blocks of 128 KiB, on one core: level 1 gives 22.0 MB in 0.5 s
// of processor time, 3 gives 21.6 in 0.6, 6 gives 20.8 in 1.1, 9 gives 20.6 in 2; 12 saves no more and takes 6.
constexpr int kBulkCompressionLevel = 1;
constexpr int kLiveCompressionLevel = 3;
constexpr int kCompactCompressionLevel = 9;
// What has sunk to the bottom stays there and is read for years: each file there has a dictionary, with which small
// blocks are as dense as large ones. Of home-ops it saves 3 of 62 MB, for two seconds.
constexpr uint32_t kDictionaryBytes = uint32_t{64} << 10;
constexpr uint32_t kDictionaryTrainBytes = uint32_t{3} << 20;
constexpr uint64_t kDictionaryBufferBytes = uint64_t{24} << 20;  // So much of a file is held while it is trained.

constexpr size_t kMemtableBytes = size_t{16} << 20;
constexpr size_t kMemtablesBytesMax = size_t{64} << 20;  // Of all families together.
constexpr size_t kTableFileBytes = size_t{64} << 20;

// A bulk load leaves one file a chunk in the top level. So many may lie there before they are compacted in the
// background, where compaction would take a core from the load itself …
constexpr int kTopLevelFilesCompact = 12;
// … and far more before live writes are slowed down, and stopped.
constexpr int kTopLevelFilesSlow = 48;
constexpr int kTopLevelFilesStop = 96;

// Families that are asked for single keys, often for keys that are not there. The others are read by seeks, which a
// Bloom filter cannot help.
bool IsPointRead(Family family) {
  switch (family) {
    case Family::kObjects:
    case Family::kContent:
    case Family::kTexts:
    case Family::kDigests:
    case Family::kLog:
      return true;
    default:
      return false;
  }
}

// A block is what is compressed, read and cached at once. Texts are read one at a time and seldom, and their versions
// compress best side by side. Where rows are looked up one here and one there, small blocks are unpacked sooner; a
// dictionary makes up for what compresses worse in them.
size_t BlockBytes(Family family) {
  switch (family) {
    case Family::kTexts:
      return size_t{128} << 10;
    case Family::kObjects:
    case Family::kPositions:
    case Family::kPointers:
    case Family::kVersions:
    case Family::kFiles:
    case Family::kTerms:
      return size_t{4} << 10;
    default:
      return size_t{32} << 10;
  }
}

std::unordered_map<std::string, std::string> BottomEffort(int level) {
  return {{"bottommost_compression_opts", Concat("{level=", level, "}")}};
}

}  // namespace

rocksdb::DBOptions DatabaseOptions(const StoreOptions& options) {
  rocksdb::DBOptions database;
  if (options.environment != nullptr) database.env = options.environment;
  database.info_log = MakeRocksDbLogger();
  // RocksDB's default would drop acknowledged rows silently after a flipped bit in the middle of the log; recycled
  // files would make a torn tail indistinguishable from old rows. What is made ahead of the rows is zeros
  // (wal_files.h).
  database.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  database.recycle_log_file_num = 0;
  database.max_total_wal_size = kMemtablesBytesMax;
  database.db_write_buffer_size = kMemtablesBytesMax;
  database.max_background_jobs = 2;
  // All files stay open: one that a compaction removes remains readable to a reader in another process.
  database.max_open_files = -1;
  database.max_file_opening_threads = 4;
  database.skip_stats_update_on_db_open = true;
  // No row_cache: with it RocksDB 7.8 now and then finds nothing under a key that is there (the test `reconcile`).
  // Counters alone, one for each core: a read pays for some ten additions. Readers in passing count nothing.
  if (options.mode != OpenMode::kReadOnly) {
    database.statistics = rocksdb::CreateDBStatistics();
    database.statistics->set_stats_level(rocksdb::StatsLevel::kExceptHistogramOrTimers);
  }
  database.stats_dump_period_sec = 0;
  database.stats_persist_period_sec = 0;
  return database;
}

rocksdb::ColumnFamilyOptions FamilyOptions(Family family, const std::shared_ptr<rocksdb::Cache>& cache) {
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = cache;
  table.block_size = BlockBytes(family);
  table.format_version = 5;
  table.checksum = rocksdb::kXXH3;  // Debian's RocksDB computes crc32c in software.
  // Index and filters count as cache, so that the cache's size bounds the memory of a store of any size.
  table.cache_index_and_filter_blocks = true;
  // But they stay: some bytes a row, without which each read would look for them in the cache, once for every file.
  table.metadata_cache_options.top_level_index_pinning = rocksdb::PinningTier::kAll;
  table.metadata_cache_options.unpartitioned_pinning = rocksdb::PinningTier::kAll;
  if (IsPointRead(family)) table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  if (family == Family::kObjects) table.block_restart_interval = 4;  // Its keys have nothing in common.

  rocksdb::ColumnFamilyOptions tuned;
  tuned.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  tuned.compression = rocksdb::kZSTD;
  tuned.compression_opts.level = kLiveCompressionLevel;
  // Without `bottommost_compression`, or SstFileWriter would take these too, for files that lie at the top.
  tuned.bottommost_compression_opts.enabled = true;
  tuned.bottommost_compression_opts.level = kLiveCompressionLevel;
  tuned.bottommost_compression_opts.max_dict_bytes = kDictionaryBytes;
  tuned.bottommost_compression_opts.zstd_max_train_bytes = kDictionaryTrainBytes;
  tuned.bottommost_compression_opts.max_dict_buffer_bytes = kDictionaryBufferBytes;
  tuned.write_buffer_size = kMemtableBytes;
  tuned.target_file_size_base = kTableFileBytes;
  tuned.level0_file_num_compaction_trigger = kTopLevelFilesCompact;
  tuned.level0_slowdown_writes_trigger = kTopLevelFilesSlow;
  tuned.level0_stop_writes_trigger = kTopLevelFilesStop;
  return tuned;
}

rocksdb::Options BulkFileOptions(const rocksdb::DBOptions& database, const rocksdb::ColumnFamilyOptions& family) {
  rocksdb::Options options(database, family);
  options.compression_opts.level = kBulkCompressionLevel;
  return options;
}

std::unordered_map<std::string, std::string> CompactEffort() { return BottomEffort(kCompactCompressionLevel); }

std::unordered_map<std::string, std::string> LiveEffort() { return BottomEffort(kLiveCompressionLevel); }

}  // namespace setpoint::storage
