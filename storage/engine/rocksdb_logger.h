// Hands what RocksDB has to say (warnings and errors; its chatter is dropped) to the program's own log, instead of
// files in the store. Any thread.
#pragma once

#include <rocksdb/env.h>

#include <memory>

namespace setpoint::storage {

std::shared_ptr<rocksdb::Logger> MakeRocksDbLogger();

}  // namespace setpoint::storage
