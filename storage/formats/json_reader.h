// Reads a JSON text into nodes. Comments and trailing commas are accepted, as the many tools accept them that are
// configured in JSON; numbers keep their text, of any length (which is why no library is used: those at hand turn them
// into binary numbers, or refuse large ones).
#pragma once

#include <string_view>

#include "absl/status/status.h"
#include "storage/formats/document.h"

namespace setpoint::storage {

// Fills `document` with the one value of `text`, which is valid UTF-8, perhaps with a byte order mark, and which
// outlives what the document then holds. InvalidArgument: not JSON. ResourceExhausted: a bound of base/limits.h. The
// message is one line that begins with the line it speaks of.
enum class JsonDialect {
  kCommon,
  kArm,  // Also line breaks and tabs as they are inside of strings.
};
absl::Status ReadJson(std::string_view text, Document& document, JsonDialect dialect = JsonDialect::kCommon);

}  // namespace setpoint::storage
