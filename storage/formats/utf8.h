// UTF-8 as Unicode defines it: no overlong forms, no surrogates, nothing above U+10FFFF. Pure functions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace setpoint::storage {

// The number of bytes (1 to 4) of the well-formed character that `text` begins with; 0 where it begins with none.
size_t Utf8CharacterSize(std::string_view text);

// The length of the longest well-formed prefix: text.size() where all of it is UTF-8.
size_t ValidUtf8Prefix(std::string_view text);

inline bool IsValidUtf8(std::string_view text) { return ValidUtf8Prefix(text) == text.size(); }

// Appends the UTF-8 of a character: no surrogate, at most U+10FFFF.
void AppendUtf8(std::string& out, uint32_t character);

// Every byte that is not part of a well-formed character becomes U+FFFD.
std::string ReplaceInvalidUtf8(std::string_view bytes);

}  // namespace setpoint::storage
