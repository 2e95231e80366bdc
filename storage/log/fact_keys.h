// What names a content and a text inside the store: the first place in the log that named it. Versions of one resource
// (of one path) are therefore neighbours in key order and compress against each other. FORMAT.md draws the bytes.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "storage/base/ids.h"

namespace setpoint::storage {

// The content that change `index` (from 1) of entry `revision` gave `resource` first.
struct ContentKey {
  ResourceId resource;
  Revision revision;
  uint32_t index = 0;
  auto operator<=>(const ContentKey&) const = default;
  bool IsNone() const { return index == 0; }

  std::string Encode() const;  // resource u32, revision u64, index u32; big-endian.
  static std::optional<ContentKey> Decode(std::string_view bytes);

  template <typename H>
  friend H AbslHashValue(H state, const ContentKey& key) {
    return H::combine(std::move(state), key.resource, key.revision, key.index);
  }
};

// The bytes of the blob that entry `revision` showed first, at `path`.
struct TextKey {
  PathId path;
  Revision revision;
  auto operator<=>(const TextKey&) const = default;
  bool IsNone() const { return revision.IsNone(); }

  std::string Encode() const;  // path u32, revision u64; big-endian.
  static std::optional<TextKey> Decode(std::string_view bytes);

  template <typename H>
  friend H AbslHashValue(H state, const TextKey& key) {
    return H::combine(std::move(state), key.path, key.revision);
  }
};

}  // namespace setpoint::storage
