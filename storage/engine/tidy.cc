#include "storage/engine/tidy.h"

#include "storage/engine/rocksdb_store.h"

namespace setpoint::storage {

absl::Status TidyLevels(Store& store, std::atomic<bool>& cancelled) {
  auto* const store_of_files = dynamic_cast<RocksDbStore*>(&store);
  return store_of_files == nullptr ? absl::OkStatus() : store_of_files->Tidy(cancelled);
}

}  // namespace setpoint::storage
