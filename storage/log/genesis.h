// The record at revision 0, which makes one log different from every other. Followers copy it.
//   bytes: store id (16) · creation time, seconds since 1970, i64 · format version u32; numbers big-endian
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "storage/base/clock.h"
#include "storage/base/random.h"
#include "storage/engine/format_version.h"

namespace setpoint::storage {

struct Genesis {
  std::array<uint8_t, 16> store_id{};  // Random; also the cluster id of replication.
  int64_t created = 0;                 // The base of resourceVersions.
  uint32_t format_version = static_cast<uint32_t>(kFormatVersion);
  bool operator==(const Genesis&) const = default;

  // A new store's, now.
  static Genesis Make(const Clock& clock, const RandomSource& random);

  std::string StoreIdHex() const;

  std::string Encode() const;
  // Nothing where the bytes are not a genesis record.
  static std::optional<Genesis> Decode(std::string_view bytes);
};

}  // namespace setpoint::storage
