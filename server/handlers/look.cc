#include "server/handlers/look.h"

#include <optional>

#include "query/json_writer.h"

namespace setpoint::server {

LookWait TakeWait(QueryReader& parameters) {
  return {absl::Seconds(parameters.TakeNumber("wait", kWaitSecondsMax).value_or(0))};
}

absl::StatusOr<Response> AnswerLook(const HandlerContext& context, const std::string& repository,
                                    const LookWait& wait) {
  const absl::StatusOr<uint64_t> look = context.ingest.RequestFetch(repository);
  if (!look.ok()) return look.status();
  query::JsonWriter json;
  json.BeginObject().Member("repository", repository).Member("requested", true);
  Response response;
  response.status = 202;
  if (wait.patience > absl::ZeroDuration()) {
    const absl::StatusOr<std::optional<FollowState>> state = context.ingest.AwaitLook(repository, *look, wait.patience);
    if (!state.ok()) return state.status();
    const bool is_over = state->has_value() && (*state)->finished >= *look;
    json.Member("finished", is_over);
    if (is_over) {
      response.status = 200;
      json.Member("applied", context.database.catalog.applied().value);
      if (!(*state)->error.empty()) json.Member("error", (*state)->error);
      json.Key("warnings").BeginArray();
      for (const std::string& warning : (*state)->warnings) json.String(warning);
      json.EndArray();
    }
  }
  json.EndObject();
  response.body = json.Take().append("\n");
  return response;
}

}  // namespace setpoint::server
