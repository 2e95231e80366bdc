// UTF-16 with a byte order mark, as Windows tools write JSON. Pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace setpoint::storage {

// Whether the bytes begin with the mark of UTF-16, of either byte order.
bool HasUtf16Mark(std::string_view bytes);

// The text as UTF-8, without the mark; nothing where it is not UTF-16 (an odd number of bytes, a lone surrogate).
std::optional<std::string> Utf8FromUtf16(std::string_view bytes);

}  // namespace setpoint::storage
