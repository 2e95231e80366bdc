// How RocksDB is set up: what keeps data safe (database) and what makes it small and quick (each family by its use).
// Pure functions; any thread.
#pragma once

#include <rocksdb/options.h>

#include <memory>
#include <string>
#include <unordered_map>

#include "storage/engine/family.h"
#include "storage/engine/store.h"

namespace setpoint::storage {

rocksdb::DBOptions DatabaseOptions(const StoreOptions& options);

// `cache` is shared by all families.
rocksdb::ColumnFamilyOptions FamilyOptions(Family family, const std::shared_ptr<rocksdb::Cache>& cache);

// For the sorted files of a bulk load: as FamilyOptions, with the least effort of compression, since Compact or a
// background compaction writes every row again.
rocksdb::Options BulkFileOptions(const rocksdb::DBOptions& database, const rocksdb::ColumnFamilyOptions& family);

// The change of a family's options under which Compact runs, and back.
std::unordered_map<std::string, std::string> CompactEffort();
std::unordered_map<std::string, std::string> LiveEffort();

}  // namespace setpoint::storage
