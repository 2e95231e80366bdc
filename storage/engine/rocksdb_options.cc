#include "storage/engine/rocksdb_options.h"

#include <rocksdb/cache.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/table.h>

#include "storage/base/concat.h"
#include "storage/engine/rocksdb_logger.h"

namespace setpoint::storage {
namespace {

constexpr int kBulkCompressionLevel = 1;
constexpr int kLiveCompressionLevel = 3;
constexpr int kCompactCompressionLevel = 12;

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

std::unordered_map<std::string, std::string> Effort(int level, size_t dictionary_bytes) {
  return {{"compression_opts", Concat("{level=", level, ";max_dict_bytes=", dictionary_bytes,
                                      ";zstd_max_train_bytes=", dictionary_bytes * 64, ";enabled=true}")}};
}

}  // namespace

rocksdb::DBOptions DatabaseOptions(const StoreOptions& options) {
  rocksdb::DBOptions database;
  if (options.environment != nullptr) database.env = options.environment;
  database.info_log = MakeRocksDbLogger();
  // RocksDB's default would drop acknowledged rows silently after a flipped bit in the middle of the log; recycled
  // files would make a torn tail indistinguishable from old rows.
  database.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  database.recycle_log_file_num = 0;
  database.max_total_wal_size = kMemtablesBytesMax;
  database.db_write_buffer_size = kMemtablesBytesMax;
  database.max_background_jobs = 2;
  // All files stay open: one that a compaction removes remains readable to a reader in another process.
  database.max_open_files = -1;
  database.max_file_opening_threads = 4;
  database.skip_stats_update_on_db_open = true;
  database.stats_dump_period_sec = 0;
  database.stats_persist_period_sec = 0;
  return database;
}

rocksdb::ColumnFamilyOptions FamilyOptions(Family family, const std::shared_ptr<rocksdb::Cache>& cache) {
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = cache;
  table.block_size = size_t{32} << 10;
  table.format_version = 5;
  table.checksum = rocksdb::kXXH3;  // Debian's RocksDB computes crc32c in software.
  // Index and filters count as cache, so that the cache's size bounds the memory of a store of any size.
  table.cache_index_and_filter_blocks = true;
  table.pin_l0_filter_and_index_blocks_in_cache = true;
  if (IsPointRead(family)) table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));

  rocksdb::ColumnFamilyOptions tuned;
  tuned.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  tuned.compression = rocksdb::kZSTD;
  tuned.compression_opts.level = kLiveCompressionLevel;
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

std::unordered_map<std::string, std::string> CompactEffort(Family) { return Effort(kCompactCompressionLevel, 0); }

std::unordered_map<std::string, std::string> LiveEffort() { return Effort(kLiveCompressionLevel, 0); }

}  // namespace setpoint::storage
