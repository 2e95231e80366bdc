// What stands where a content or a text was erased (a leaked secret): who did it, when and why. Legal for `verify`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace setpoint::storage {

struct Erasure {
  std::string who;
  int64_t when = 0;  // Seconds since 1970.
  std::string why;
  bool operator==(const Erasure&) const = default;

  std::string Encode() const;  // when as a signed varint; who and why, each with its length as a varint.
  static std::optional<Erasure> Decode(std::string_view bytes);

  // What a reader of the erased thing is told: kFailedPrecondition, with who, when and why.
  absl::Status AsStatus(std::string_view thing) const;
};

}  // namespace setpoint::storage
