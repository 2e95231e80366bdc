#include "storage/formats/reason.h"

#include "storage/formats/json_text.h"
#include "storage/formats/utf8.h"

namespace setpoint::storage {

// What a library says of a text may hold pieces of it.
std::string ReasonText(uint32_t line, std::string_view problem) {
  constexpr size_t kBytesMax = 300;
  std::string reason = "line " + std::to_string(line) + ": ";
  const std::string_view head = problem.substr(0, kBytesMax);
  for (const char c : head.substr(0, ValidUtf8Prefix(head))) {
    const bool is_control = static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
    reason.push_back(is_control ? ' ' : c);
  }
  return reason;
}

absl::Status BadText(uint32_t line, std::string_view problem) {
  return absl::InvalidArgumentError(ReasonText(line, problem));
}

absl::Status TooLarge(uint32_t line, std::string_view problem) {
  return absl::ResourceExhaustedError(ReasonText(line, problem));
}

absl::Status TooDeep(uint32_t line) { return TooLarge(line, "nested too deeply"); }

std::string QuotedForReason(std::string_view name) {
  constexpr size_t kBytesMax = 80;
  std::string quoted;
  // A prefix of UTF-8 is UTF-8 up to the character that the cut went through.
  const std::string_view head = name.substr(0, kBytesMax);
  AppendJsonString(quoted, head.substr(0, ValidUtf8Prefix(head)));
  if (name.size() > kBytesMax) quoted += "…";
  return quoted;
}

}  // namespace setpoint::storage
