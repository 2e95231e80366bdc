#include "storage/engine/rocksdb_store.h"

#include <rocksdb/statistics.h>
#include <rocksdb/write_batch.h>

#include <cstdlib>

#include "storage/base/check.h"
#include "storage/base/concat.h"
#include "storage/base/thread_role.h"
#include "storage/engine/bulk_chunk.h"
#include "storage/engine/rocksdb_options.h"
#include "storage/engine/rocksdb_status.h"
#include "storage/engine/write_batch.h"

namespace setpoint::storage {
namespace {

// Below this a read gains less than the merging costs.
constexpr uint64_t kRunsMax = 2;

rocksdb::Slice SliceOf(std::string_view bytes) { return {bytes.data(), bytes.size()}; }

rocksdb::WriteOptions Synced() {
  rocksdb::WriteOptions options;
  options.sync = true;
  return options;
}

// A reader of one snapshot, which it gives back at its end.
class SnapshotView final : private rocksdb::ManagedSnapshot, public RocksDbReader {
 public:
  SnapshotView(rocksdb::DB& database, const FamilyHandles& handles)
      : ManagedSnapshot(&database), RocksDbReader(database, handles, snapshot()) {}
};

}  // namespace

RocksDbHandles::RocksDbHandles(rocksdb::DB* database, const std::vector<rocksdb::ColumnFamilyHandle*>& opened)
    : database_(database), opened_(opened) {
  for (rocksdb::ColumnFamilyHandle* const handle : opened_) {
    for (const FamilyInfo& info : kFamilies) {
      if (handle->GetName() == info.name) families_[static_cast<size_t>(info.family)] = handle;
    }
  }
}

RocksDbHandles::~RocksDbHandles() {
  for (rocksdb::ColumnFamilyHandle* const handle : opened_) database_->DestroyColumnFamilyHandle(handle);
}

RocksDbStore::RocksDbStore(StoreFiles files, std::unique_ptr<RocksDbHandles> handles,
                           std::unique_ptr<DirectoryLock> lock, std::string bulk_directory)
    : files_(std::move(files)),
      lock_(std::move(lock)),
      handles_(std::move(handles)),
      latest_(handles_->database(), handles_->families(), nullptr),
      loader_(handles_->database(), handles_->families(), std::move(bulk_directory), files_.ingested.get()) {
  for (const FamilyInfo& info : kFamilies) SETPOINT_CHECK(Handle(info.family) != nullptr, "every family is open");
}

absl::Status RocksDbStore::CheckWritable() const {
  CheckMayBlock();
  if (lock_ != nullptr) return absl::OkStatus();
  return absl::FailedPreconditionError("the store was opened for reading only");
}

absl::StatusOr<std::optional<std::string>> RocksDbStore::Get(Family family, std::string_view key) const {
  return latest_.Get(family, key);
}

std::unique_ptr<RowIterator> RocksDbStore::Scan(Family family, std::string_view prefix) const {
  return latest_.Scan(family, prefix);
}

absl::StatusOr<std::optional<std::pair<std::string, std::string>>> RocksDbStore::First(Family family,
                                                                                       std::string_view key,
                                                                                       std::string_view prefix) const {
  return latest_.First(family, key, prefix);
}

absl::StatusOr<std::optional<std::pair<std::string, std::string>>> RocksDbStore::Last(Family family,
                                                                                      std::string_view key,
                                                                                      std::string_view prefix) const {
  return latest_.Last(family, key, prefix);
}

std::unique_ptr<RowReader> RocksDbStore::View() const {
  return std::make_unique<SnapshotView>(handles_->database(), handles_->families());
}

absl::Status RocksDbStore::Write(const WriteBatch& batch) {
  if (absl::Status status = CheckWritable(); !status.ok()) return status;
  rocksdb::WriteBatch rows(batch.bytes() + batch.size() * 16);
  for (size_t i = 0; i < batch.size(); ++i) {
    const WriteBatch::Operation operation = batch[i];
    const rocksdb::Status status =
        operation.deleted ? rows.Delete(Handle(operation.family), SliceOf(operation.key))
                          : rows.Put(Handle(operation.family), SliceOf(operation.key), SliceOf(operation.value));
    if (!status.ok()) return FromRocksDb(status, "cannot gather a batch");
  }
  return FromRocksDb(handles_->database().Write(Synced(), &rows), "cannot write to the store");
}

absl::Status RocksDbStore::Ingest(BulkChunk chunk, const WriteBatch& last) {
  if (absl::Status status = CheckWritable(); !status.ok()) return status;
  chunk.Append(last);
  return loader_.Load(chunk);
}

absl::Status RocksDbStore::Stage(BulkChunk chunk) {
  if (absl::Status status = CheckWritable(); !status.ok()) return status;
  return loader_.Stage(chunk);
}

absl::Status RocksDbStore::Clear(Family family) {
  if (absl::Status status = CheckWritable(); !status.ok()) return status;
  rocksdb::DB& database = handles_->database();
  rocksdb::ColumnFamilyHandle* const handle = Handle(family);
  std::string end;
  {
    const std::unique_ptr<rocksdb::Iterator> iterator(database.NewIterator({}, handle));
    iterator->SeekToLast();
    if (!iterator->Valid()) return FromRocksDb(iterator->status(), "cannot read the store");
    end = iterator->key().ToString() + '\0';
  }
  rocksdb::Status status = database.DeleteRange(Synced(), handle, rocksdb::Slice(), end);
  // The rows are gone for every reader; this gives their space back and spares later reads the tombstone.
  if (status.ok()) status = database.CompactRange({}, handle, nullptr, nullptr);
  return FromRocksDb(status, Concat("cannot clear the family ", InfoOf(family).name));
}

absl::Status RocksDbStore::Compact() {
  if (absl::Status status = CheckWritable(); !status.ok()) return status;
  rocksdb::DB& database = handles_->database();
  rocksdb::CompactRangeOptions options;
  options.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForceOptimized;
  options.max_subcompactions = 2;
  for (const FamilyInfo& info : kFamilies) {
    rocksdb::ColumnFamilyHandle* const handle = Handle(info.family);
    rocksdb::Status status = database.SetOptions(handle, CompactEffort());
    if (status.ok()) status = database.CompactRange(options, handle, nullptr, nullptr);
    const rocksdb::Status restored = database.SetOptions(handle, LiveEffort());
    if (status.ok()) status = restored;
    if (!status.ok()) return FromRocksDb(status, Concat("cannot compact the family ", info.name));
  }
  return absl::OkStatus();
}

uint64_t RocksDbStore::CountFiles(Family family, size_t level) const {
  // The only properties of levels are texts.
  std::string files;
  handles_->database().GetProperty(Handle(family), Concat(rocksdb::DB::Properties::kNumFilesAtLevelPrefix, level),
                                   &files);
  return std::strtoull(files.c_str(), nullptr, 10);
}

uint64_t RocksDbStore::CountRuns(Family family) const {
  uint64_t runs = CountFiles(family, 0);
  for (size_t level = 1; level < kLevelCount; ++level) runs += CountFiles(family, level) > 0 ? 1 : 0;
  return runs;
}

absl::Status RocksDbStore::Tidy(std::atomic<bool>& cancelled) {
  if (lock_ == nullptr) return absl::OkStatus();
  CheckMayBlock();
  rocksdb::DB& database = handles_->database();
  database.GetEnv()->LowerThreadPoolCPUPriority(rocksdb::Env::Priority::LOW, rocksdb::CpuPriority::kLow);
  rocksdb::CompactRangeOptions options;
  options.exclusive_manual_compaction = false;
  options.canceled = &cancelled;
  for (const FamilyInfo& info : kFamilies) {
    if (cancelled || CountRuns(info.family) <= kRunsMax) continue;
    const rocksdb::Status status = database.CompactRange(options, Handle(info.family), nullptr, nullptr);
    if (!status.ok() && !cancelled) return FromRocksDb(status, Concat("cannot tidy the family ", info.name));
  }
  return absl::OkStatus();
}

uint64_t RocksDbStore::FamilyBytes(Family family) const {
  uint64_t bytes = 0;
  handles_->database().GetIntProperty(Handle(family), rocksdb::DB::Properties::kLiveSstFilesSize, &bytes);
  return bytes;
}

StoreFigures FiguresOf(const Store& store) {
  const auto* const store_of_files = dynamic_cast<const RocksDbStore*>(&store);
  return store_of_files == nullptr ? StoreFigures() : store_of_files->Figures();
}

StoreFigures RocksDbStore::Figures() const {
  using Properties = rocksdb::DB::Properties;
  rocksdb::DB& database = handles_->database();
  const auto of_family = [&](Family family, const std::string& property) {
    uint64_t value = 0;
    database.GetIntProperty(Handle(family), property, &value);
    return value;
  };
  StoreFigures figures;
  for (const FamilyInfo& info : kFamilies) {
    figures.family_bytes[static_cast<size_t>(info.family)] = FamilyBytes(info.family);
    figures.memtable_bytes += of_family(info.family, Properties::kSizeAllMemTables);
    figures.table_reader_bytes += of_family(info.family, Properties::kEstimateTableReadersMem);
    figures.compaction_pending_bytes += of_family(info.family, Properties::kEstimatePendingCompactionBytes);
    for (size_t level = 0; level < kLevelCount; ++level) {
      figures.level_files[level] += CountFiles(info.family, level);
    }
  }
  figures.block_cache_bytes = of_family(Family::kMeta, Properties::kBlockCacheUsage);
  figures.block_cache_pinned_bytes = of_family(Family::kMeta, Properties::kBlockCachePinnedUsage);
  figures.block_cache_bytes_max = of_family(Family::kMeta, Properties::kBlockCacheCapacity);
  figures.compactions_running = of_family(Family::kMeta, Properties::kNumRunningCompactions);
  figures.flushes_running = of_family(Family::kMeta, Properties::kNumRunningFlushes);
  figures.snapshots = of_family(Family::kMeta, Properties::kNumSnapshots);
  figures.background_errors = of_family(Family::kMeta, Properties::kBackgroundErrors);
  figures.writes_stopped = of_family(Family::kMeta, Properties::kIsWriteStopped) != 0;
  if (const auto counted = database.GetDBOptions().statistics) {
    figures.block_cache_hits = counted->getTickerCount(rocksdb::BLOCK_CACHE_HIT);
    figures.block_cache_misses = counted->getTickerCount(rocksdb::BLOCK_CACHE_MISS);
    figures.bloom_filter_useful = counted->getTickerCount(rocksdb::BLOOM_FILTER_USEFUL);
    figures.wal_syncs = counted->getTickerCount(rocksdb::WAL_FILE_SYNCED);
    figures.wal_bytes = counted->getTickerCount(rocksdb::WAL_FILE_BYTES);
    figures.flushed_bytes = counted->getTickerCount(rocksdb::FLUSH_WRITE_BYTES);
    figures.compaction_read_bytes = counted->getTickerCount(rocksdb::COMPACT_READ_BYTES);
    figures.compaction_written_bytes = counted->getTickerCount(rocksdb::COMPACT_WRITE_BYTES);
    figures.stalled_microseconds = counted->getTickerCount(rocksdb::STALL_MICROS);
  }
  return figures;
}

}  // namespace setpoint::storage
