// The one implementation of Store. Made by Store::Open (store_open.cc), which has checked directory, lock and format.
// Thread rules as in store.h.
#pragma once

#include <rocksdb/db.h>

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "storage/engine/bulk_loader.h"
#include "storage/engine/directory_lock.h"
#include "storage/engine/ingested_files.h"
#include "storage/engine/rocksdb_reader.h"
#include "storage/engine/store.h"
#include "storage/engine/store_figures.h"

namespace setpoint::storage {

// An open RocksDB database with its handles, closed in the right order.
class RocksDbHandles {
 public:
  // Takes over a database just opened; `opened` are the handles in the order in which the families were asked for.
  RocksDbHandles(rocksdb::DB* database, const std::vector<rocksdb::ColumnFamilyHandle*>& opened);
  ~RocksDbHandles();
  RocksDbHandles(const RocksDbHandles&) = delete;
  RocksDbHandles& operator=(const RocksDbHandles&) = delete;

  rocksdb::DB& database() { return *database_; }
  const FamilyHandles& families() const { return families_; }

 private:
  std::unique_ptr<rocksdb::DB> database_;
  std::vector<rocksdb::ColumnFamilyHandle*> opened_;
  FamilyHandles families_{};
};

// What an open database stands on.
struct StoreFiles {
  std::shared_ptr<IngestedFiles> ingested;  // Null in a store that is only read.
  std::unique_ptr<rocksdb::Env> environment;
};

class RocksDbStore final : public Store {
 public:
  // `lock` is null in a store that is only read. `bulk_directory`: see BulkLoader.
  RocksDbStore(StoreFiles files, std::unique_ptr<RocksDbHandles> handles, std::unique_ptr<DirectoryLock> lock,
               std::string bulk_directory);

  // Removes what an interrupted bulk load left behind.
  absl::Status RemoveLeftovers() { return loader_.RemoveLeftovers(); }

  absl::StatusOr<std::optional<std::string>> Get(Family family, std::string_view key) const override;
  std::unique_ptr<RowIterator> Scan(Family family, std::string_view prefix) const override;
  absl::StatusOr<std::optional<std::pair<std::string, std::string>>> First(Family family, std::string_view key,
                                                                           std::string_view prefix) const override;
  absl::StatusOr<std::optional<std::pair<std::string, std::string>>> Last(Family family, std::string_view key,
                                                                          std::string_view prefix) const override;

  std::unique_ptr<RowReader> View() const override;
  absl::Status Write(const WriteBatch& batch) override;
  absl::Status Ingest(BulkChunk chunk, const WriteBatch& last) override;
  absl::Status Stage(BulkChunk chunk) override;
  absl::Status Clear(Family family) override;
  absl::Status Compact() override;
  uint64_t FamilyBytes(Family family) const override;
  StoreFigures Figures() const;
  // tidy.h
  absl::Status Tidy(std::atomic<bool>& cancelled);

 private:
  absl::Status CheckWritable() const;
  // Levels of a family that have files; on the top level each file counts.
  uint64_t CountRuns(Family family) const;
  uint64_t CountFiles(Family family, size_t level) const;
  rocksdb::ColumnFamilyHandle* Handle(Family family) const { return handles_->families()[static_cast<size_t>(family)]; }

  const StoreFiles files_;                     // Outlives the database.
  const std::unique_ptr<DirectoryLock> lock_;  // Given back after the database is closed.
  const std::unique_ptr<RocksDbHandles> handles_;
  const RocksDbReader latest_;
  BulkLoader loader_;
};

}  // namespace setpoint::storage
