// RowReader over a RocksDB database, either of the latest state or of one snapshot. Any thread.
#pragma once

#include <rocksdb/db.h>

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "storage/engine/store.h"

namespace setpoint::storage {

using FamilyHandles = std::array<rocksdb::ColumnFamilyHandle*, kFamilyCount>;

class RocksDbReader : public RowReader {
 public:
  // Of the latest state where `snapshot` is null. Database, handles and snapshot must outlive the reader.
  RocksDbReader(rocksdb::DB& database, const FamilyHandles& handles, const rocksdb::Snapshot* snapshot)
      : database_(database), handles_(handles), snapshot_(snapshot) {}

  absl::StatusOr<std::optional<std::string>> Get(Family family, std::string_view key) const override;
  std::unique_ptr<RowIterator> Scan(Family family, std::string_view prefix) const override;
  absl::StatusOr<std::optional<std::pair<std::string, std::string>>> First(Family family, std::string_view key,
                                                                           std::string_view prefix) const override;
  absl::StatusOr<std::optional<std::pair<std::string, std::string>>> Last(Family family, std::string_view key,
                                                                          std::string_view prefix) const override;

 private:
  rocksdb::ReadOptions Options() const;
  rocksdb::ColumnFamilyHandle* Handle(Family family) const { return handles_[static_cast<size_t>(family)]; }

  rocksdb::DB& database_;
  const FamilyHandles& handles_;
  const rocksdb::Snapshot* snapshot_;
};

}  // namespace setpoint::storage
