// Drops every projection and derives it again from the facts.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "storage/engine/store.h"
#include "storage/projections/database.h"

namespace setpoint::storage {

using EntryProgress = std::function<void(uint64_t done, uint64_t total)>;

// Every projection again, from log and objects: for each family the same sequence of keys and values. A crash in
// between is noticed at the next open, which starts it again. The writer's thread; nobody may read the store meanwhile.
absl::Status Rebuild(Store& store, const EntryProgress& progress = {});

// Database::Open, after a rebuild where one is needed and `options` allow to write.
absl::StatusOr<std::unique_ptr<Database>> OpenDatabase(const std::string& directory, const StoreOptions& options,
                                                       const EntryProgress& progress = {});

}  // namespace setpoint::storage
