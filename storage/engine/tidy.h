// Levels of files, few: what bulk loads leave lies in many, and a read looks at each of them.
#pragma once

#include <atomic>

#include "absl/status/status.h"
#include "storage/engine/store.h"

namespace setpoint::storage {

// Merges the files of each family that lies in more than a few levels. Blocks, seconds for a store of a gigabyte; reads
// and writes go on beside it, and its threads leave the processor to everybody else. Ends early, without an error, when
// `cancelled` becomes true. Nothing to do in a store that is only read. Any thread, one at a time.
absl::Status TidyLevels(Store& store, std::atomic<bool>& cancelled);

}  // namespace setpoint::storage
