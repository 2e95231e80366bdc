// Reads a TOML text into nodes.
#pragma once

#include <string_view>

#include "absl/status/status.h"
#include "storage/formats/document.h"

namespace setpoint::storage {

// Fills `document` with the tables of `text`, which is valid UTF-8. Integers become decimal, other numbers keep their
// text where it is JSON, dates and times are strings in their source text. InvalidArgument: not TOML.
// ResourceExhausted: a bound of base/limits.h. The message is one line that begins with the line it speaks of.
absl::Status ReadToml(std::string_view text, Document& document);

}  // namespace setpoint::storage
