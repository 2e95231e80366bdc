// Bytes to hex digits and back. Pure functions; any thread may call them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace setpoint::storage {

// Two lower-case digits for each byte.
std::string HexEncode(std::string_view bytes);

// The value of a hex digit of either case; -1 where it is none.
int HexDigitValue(char digit);

// The bytes that an even number of hex digits (either case) stands for; nothing where it is not such a text.
std::optional<std::string> HexDecode(std::string_view hex);

}  // namespace setpoint::storage
