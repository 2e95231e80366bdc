// All that a decoder may know of a path: the enumerated result of mode, exact name, extension and well-known folder.
// Two paths of one class decode equal bytes equally, which is what makes decoding memoised by blob.
#pragma once

#include <compare>
#include <cstdint>
#include <string_view>
#include <utility>

#include "storage/base/file_mode.h"

namespace setpoint::storage {

// What the name of a file promises. Append only while a decoder version lasts.
enum class NameClass : uint8_t {
  kOther = 0,          // Sniffed when small text without an extension, else a `file`.
  kYaml = 1,           // .yaml, .yml
  kJson = 2,           // .json
  kToml = 3,           // .toml
  kKustomization = 4,  // kustomization.yaml, kustomization.yml, Kustomization
  kNoExtension = 5,
};

struct PathClass {
  FileMode mode = FileMode::kRegular;
  NameClass name = NameClass::kOther;

  auto operator<=>(const PathClass&) const = default;

  template <typename H>
  friend H AbslHashValue(H state, const PathClass& path_class) {
    return H::combine(std::move(state), static_cast<uint32_t>(path_class.mode), static_cast<uint8_t>(path_class.name));
  }
};

// `path` is the whole path in the tree, bytes as Git has them.
PathClass ClassifyPath(std::string_view path, FileMode mode);

}  // namespace setpoint::storage
