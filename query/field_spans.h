// Where the fields of a document stand in its text, and where the same fields stand in an earlier version of it. A
// field is a scalar, or an object or list without anything in it. Pure functions; any thread may call them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace setpoint::query {

// The bytes of one value in a canonical text.
struct TextSpan {
  size_t begin = 0;
  size_t end = 0;
  bool operator==(const TextSpan&) const = default;
};

struct FieldSpan {
  std::string pointer;
  TextSpan span;
};

// Every field of a canonical text, in document order.
absl::StatusOr<std::vector<FieldSpan>> FieldsOf(std::string_view text);

// For each of some fields of `after` where `before` has it, with the same value: nothing where the value is another
// one, or the field is new. Both texts are canonical. Costs a comparison of the bytes and the parsing of what differs.
absl::StatusOr<std::vector<std::optional<TextSpan>>> FollowBack(std::string_view after, std::string_view before,
                                                                const std::vector<TextSpan>& fields);

}  // namespace setpoint::query
