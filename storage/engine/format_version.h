// The versions of the store's format: of every key and record that FORMAT.md draws as a fact or as local. The version
// stands in the row `format` of the family `meta`; Store::Open refuses one that it does not know. Versions only grow.
// Projections have versions of their own and are simply built again (projections/database.h).
#pragma once

#include <cstdint>
#include <string_view>

namespace setpoint::storage {

enum class FormatVersion : uint32_t {
  // kFirst: the store as FORMAT.md draws it. RocksDB with one family each for meta, log, objects, content, texts and
  // the projections; a hash-chained log of FlatBuffers entries from a genesis record on; content and texts keyed by the
  // place in the log that named them first; objects keyed by repository and id. Written by release 0.1 and later.
  kFirst = 1,
};

// What this program writes into a new store, and the newest that it can open.
inline constexpr FormatVersion kFormatVersion = FormatVersion::kFirst;

// The row: four bytes, the version as a big-endian number.
inline constexpr std::string_view kFormatKey = "format";

}  // namespace setpoint::storage
