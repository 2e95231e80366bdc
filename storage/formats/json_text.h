// The pieces of canonical JSON text (formats.md, Canonical content). Pure functions that append to a string.
#pragma once

#include <string>
#include <string_view>

namespace setpoint::storage {

// A string with quotes, escaped as RFC 8785 does: \b \t \n \f \r \" \\, \u00xx for other control characters, and every
// other character as it is. `text` is valid UTF-8.
void AppendJsonString(std::string& out, std::string_view text);

}  // namespace setpoint::storage
