#include "server/handlers/disk_space.h"

#include <sys/statvfs.h>

#include <algorithm>

namespace setpoint::server {
namespace {

// A memtable of each kind, the files of one compaction, a mirror's pack: less than this and some write fails soon.
constexpr uint64_t kFullBytes = uint64_t{128} << 20;
// Low is a twentieth of the disk, at most this: on a large disk a twentieth lasts for years.
constexpr uint64_t kLowBytesMax = uint64_t{4} << 30;
constexpr uint64_t kLowPart = 20;

}  // namespace

std::optional<DiskSpace> ReadDiskSpace(const std::string& directory) {
  struct statvfs system{};
  if (statvfs(directory.c_str(), &system) != 0) return std::nullopt;
  return DiskSpace{.free_bytes = uint64_t{system.f_bavail} * system.f_frsize,
                   .bytes = uint64_t{system.f_blocks} * system.f_frsize};
}

DiskState StateOf(const DiskSpace& space) {
  if (space.free_bytes < kFullBytes) return DiskState::kFull;
  return space.free_bytes < std::min(space.bytes / kLowPart, kLowBytesMax) ? DiskState::kLow : DiskState::kRoomy;
}

}  // namespace setpoint::server
