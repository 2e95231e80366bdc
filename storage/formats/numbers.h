// Numbers in canonical JSON. Pure functions that append to a string.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace setpoint::storage {

// Plain decimal digits of the number whose digits in `base` (2, 8, 10 or 16) are `digits`, of any length up to
// kBigDigitsMax (any at all for base 10). Leading zeros go; zero has no sign. False, and nothing appended, where the
// digits are too many, none, or not of the base.
bool AppendInteger(std::string& out, bool negative, std::string_view digits, int base);
// Converting another base costs the square of the length.
inline constexpr size_t kBigDigitsMax = 4096;

// As Go's encoding/json prints a float64: the shortest digits that read back the same, with an exponent below 1e-6 and
// from 1e21. `value` is finite.
void AppendGoFloat(std::string& out, double value);

// Reads decimal text ("1.5e3", "+.5", "-1.") as Go's ParseFloat does: nearest, zero where too small. False where it is
// too large or not such a text.
bool ParseDecimal(std::string_view text, double& value);

// Whether the whole text is a number in JSON's grammar.
bool IsJsonNumber(std::string_view text);

// Whether the whole text is [-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?, the floats (and integers) of YAML.
bool IsYamlDecimal(std::string_view text);

}  // namespace setpoint::storage
