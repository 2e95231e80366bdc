// Whether the disk under the store has room. Any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace setpoint::server {

struct DiskSpace {
  uint64_t free_bytes = 0;  // For this process.
  uint64_t bytes = 0;
};

// Nothing where it cannot be told.
std::optional<DiskSpace> ReadDiskSpace(const std::string& directory);

// kFull: the next flush or compaction may fail. kLow: an operator should act.
enum class DiskState { kRoomy, kLow, kFull };
DiskState StateOf(const DiskSpace& space);

}  // namespace setpoint::server
