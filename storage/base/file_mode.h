// The modes that a Git tree gives a path.
#pragma once

#include <cstdint>

namespace setpoint::storage {

enum class FileMode : uint32_t {
  kAbsent = 0,  // No such path.
  kTree = 0040000,
  kRegular = 0100644,
  kExecutable = 0100755,
  kSymlink = 0120000,
  kSubmodule = 0160000,
};

// What a raw tree's mode stands for: old trees have 100664 and the like, which Git reads as 100644 or 100755.
constexpr FileMode NormalizeMode(uint32_t raw) {
  switch (raw & 0170000) {
    case 0040000:
      return FileMode::kTree;
    case 0120000:
      return FileMode::kSymlink;
    case 0160000:
      return FileMode::kSubmodule;
    default:
      return (raw & 0100) != 0 ? FileMode::kExecutable : FileMode::kRegular;
  }
}

}  // namespace setpoint::storage
