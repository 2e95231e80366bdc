#include "tests/server/watch/sse_parser.h"

#include <algorithm>
#include <utility>

#include "storage/base/concat.h"

namespace setpoint::test {

using storage::Concat;

absl::Status SseParser::TakeLine(std::string_view line) {
  if (line.find('\r') != std::string_view::npos) return absl::InvalidArgumentError("a carriage return");
  if (line.empty()) {
    Dispatch();
    return absl::OkStatus();
  }
  const size_t colon = line.find(':');
  if (colon == 0) {
    ++comments_;
    return absl::OkStatus();
  }
  if (colon == std::string_view::npos) return TakeField(line, "");
  std::string_view value = line.substr(colon + 1);
  if (value.starts_with(' ')) value.remove_prefix(1);
  return TakeField(line.substr(0, colon), value);
}

absl::Status SseParser::TakeField(std::string_view name, std::string_view value) {
  if (name == "event") {
    if (!type_.empty()) return absl::InvalidArgumentError("an event of two types");
    type_ = std::string(value);
  } else if (name == "data") {
    data_.append(value).push_back('\n');
    has_data_ = true;
  } else if (name == "id") {
    if (value.find('\0') != std::string_view::npos) return absl::InvalidArgumentError("an id with a NUL");
    last_event_id_ = std::string(value);
    has_id_ = true;
  } else if (name == "retry") {
    if (value.empty() || !std::all_of(value.begin(), value.end(), [](char c) { return c >= '0' && c <= '9'; })) {
      return absl::InvalidArgumentError(Concat("a retry that is no number: ", value));
    }
    retry_ = std::string(value);
  } else {
    return absl::InvalidArgumentError(Concat("a field that the standard does not know: ", name));
  }
  return absl::OkStatus();
}

void SseParser::Dispatch() {
  if (has_data_) {
    data_.pop_back();
    events_.push_back({type_.empty() ? "message" : type_, std::move(data_), last_event_id_, has_id_});
  }
  type_.clear();
  data_.clear();
  has_data_ = false;
  has_id_ = false;
}

std::vector<ServerSentEvent> SseParser::TakeEvents() { return std::exchange(events_, {}); }

}  // namespace setpoint::test
