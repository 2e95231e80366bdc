#include "server/handlers/follow_json.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "query/time_text.h"

namespace setpoint::server {
namespace {

std::string_view PhaseName(FollowState::Phase phase) {
  switch (phase) {
    case FollowState::Phase::kWaiting:
      return "waiting";
    case FollowState::Phase::kBackingOff:
      return "backing-off";
    case FollowState::Phase::kFetching:
      return "fetching";
    case FollowState::Phase::kIngesting:
      return "ingesting";
  }
  return "";
}

void WriteTime(std::string_view key, const std::optional<int64_t>& seconds, query::JsonWriter& json) {
  if (seconds.has_value()) json.Member(key, query::FormatTime(*seconds));
}

}  // namespace

void WriteFollowState(const FollowState& state, query::JsonWriter& json) {
  json.BeginObject().Member("name", state.repository).Member("runs", state.runs).Member("failures", state.failures);
  if (!state.error.empty()) json.Member("error", state.error);
  json.Key("warnings").BeginArray();
  for (const std::string& warning : state.warnings) json.String(warning);
  json.EndArray().Member("source", state.source).Member("phase", PhaseName(state.phase));
  if (!state.waits_for.empty()) json.Member("waits_for", state.waits_for);
  WriteTime("last_look", state.last_look, json);
  WriteTime("last_success", state.last_success, json);
  WriteTime("last_failure", state.last_failure, json);
  if (!state.last_error.empty()) json.Member("last_error", state.last_error);
  WriteTime("last_change", state.last_change, json);
  WriteTime("next_look", state.next_look, json);
  json.Member("commits_behind", state.commits_behind);
  json.EndObject();
}

}  // namespace setpoint::server
