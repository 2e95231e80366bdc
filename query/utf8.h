// Code points of a UTF-8 text, one after another. Pure functions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace setpoint::query {

struct CodePoint {
  char32_t value = 0xFFFD;
  size_t bytes = 1;    // How far to go on.
  bool valid = false;  // False: the first byte begins no code point (an over-long form and a surrogate are none).
};

// The first code point of a text that is not empty.
CodePoint NextCodePoint(std::string_view text);

}  // namespace setpoint::query
