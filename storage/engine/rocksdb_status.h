// RocksDB's errors in the project's codes (store.h lists them). Pure functions; any thread.
#pragma once

#include <rocksdb/status.h>

#include <string_view>

#include "absl/status/status.h"

namespace setpoint::storage {

// `doing` begins the text: "cannot write to the store". OK stays OK.
absl::Status FromRocksDb(const rocksdb::Status& status, std::string_view doing);

}  // namespace setpoint::storage
