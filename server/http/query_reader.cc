#include "server/http/query_reader.h"

#include <charconv>

#include "absl/strings/str_join.h"
#include "storage/base/concat.h"

namespace setpoint::server {

void QueryReader::Fail(std::string message) {
  if (error_.empty()) error_ = std::move(message);
}

std::vector<std::string> QueryReader::TakeAll(std::string_view name) {
  known_.emplace_back(name);
  std::vector<std::string> values;
  for (size_t i = 0; i < query_.size(); ++i) {
    if (query_[i].first != name) continue;
    taken_[i] = true;
    values.push_back(query_[i].second);
  }
  return values;
}

std::optional<std::string> QueryReader::Take(std::string_view name) {
  std::vector<std::string> values = TakeAll(name);
  if (values.empty()) return std::nullopt;
  if (values.size() > 1) Fail(storage::Concat("parameter '", name, "' is given more than once"));
  return std::move(values.front());
}

std::string QueryReader::TakeNeeded(std::string_view name) {
  auto value = Take(name);
  if (!value.has_value() && missing_.empty()) missing_ = name;
  return std::move(value).value_or("");
}

std::optional<uint64_t> QueryReader::TakeNumber(std::string_view name, uint64_t max) {
  const auto text = Take(name);
  if (!text.has_value()) return std::nullopt;
  uint64_t number = 0;
  const char* end = text->data() + text->size();
  const auto parsed = std::from_chars(text->data(), end, number);
  if (parsed.ec != std::errc() || parsed.ptr != end || number > max) {
    Fail(storage::Concat("parameter '", name, "' is '", *text, "', but must be a number from 0 to ", max));
    return std::nullopt;
  }
  return number;
}

bool QueryReader::TakeBool(std::string_view name) {
  const auto text = Take(name);
  if (!text.has_value() || *text == "false") return false;
  if (*text != "true") Fail(storage::Concat("parameter '", name, "' is '", *text, "', but must be 'true' or 'false'"));
  return true;
}

absl::Status QueryReader::Finish() const {
  if (!error_.empty()) return absl::InvalidArgumentError(error_);
  for (size_t i = 0; i < query_.size(); ++i) {
    if (taken_[i]) continue;
    return absl::InvalidArgumentError(storage::Concat(
        "unknown parameter '", query_[i].first, "'; ",
        known_.empty() ? "this resource takes none" : storage::Concat("known here: ", absl::StrJoin(known_, ", "))));
  }
  if (missing_.empty()) return absl::OkStatus();
  return absl::InvalidArgumentError(storage::Concat("parameter '", missing_, "' is needed"));
}

}  // namespace setpoint::server
