// Why a text did not decode, as one line that begins with the line of the file it speaks of. Reasons stand in the log
// and in the content of `file` resources: their wording changes only together with kDecoderVersion.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace setpoint::storage {

// InvalidArgument "line 12: …".
absl::Status BadText(uint32_t line, std::string_view problem);
// ResourceExhausted: a bound of base/limits.h.
absl::Status TooLarge(uint32_t line, std::string_view problem);
absl::Status TooDeep(uint32_t line);

// "line 12: …" by itself, for warnings.
std::string ReasonText(uint32_t line, std::string_view problem);

// A name from the file inside a reason: a JSON string, cut where it is long.
std::string QuotedForReason(std::string_view name);

}  // namespace setpoint::storage
