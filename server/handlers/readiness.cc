#include "server/handlers/readiness.h"

#include <algorithm>
#include <vector>

#include "query/json_writer.h"
#include "query/visibility.h"
#include "server/http/query_reader.h"

namespace setpoint::server {

absl::StatusOr<Response> GetReadiness(const HandlerContext& context, const Request& request) {
  if (absl::Status status = QueryReader(request.query).Finish(); !status.ok()) return status;
  const std::vector<FollowState> states = context.follow.All();
  const bool ready = std::all_of(states.begin(), states.end(), [](const FollowState& state) { return state.runs > 0; });
  query::JsonWriter json;
  json.BeginObject().Member("ready", ready).Key("repositories").BeginArray();
  const query::View view = context.ViewFor(request);
  for (const FollowState& state : states) {
    if (!query::SeesRepository(view, state.repository)) continue;
    json.BeginObject().Member("name", state.repository).Member("runs", state.runs).Member("failures", state.failures);
    if (!state.error.empty()) json.Member("error", state.error);
    json.Key("warnings").BeginArray();
    for (const std::string& warning : state.warnings) json.String(warning);
    json.EndArray().EndObject();
  }
  json.EndArray().Member("watchers", uint64_t{context.hub.watcher_count()}).EndObject();
  Response response;
  response.status = ready ? 200 : 503;
  response.body = json.Take().append("\n");
  return response;
}

}  // namespace setpoint::server
