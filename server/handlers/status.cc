#include "server/handlers/status.h"

#include "query/json_writer.h"
#include "query/status.h"
#include "query/store_json.h"
#include "query/visibility.h"
#include "server/handlers/consumers.h"
#include "server/handlers/follow_json.h"
#include "server/http/query_reader.h"

namespace setpoint::server {
namespace {

void WriteFollowing(const FollowTable& following, const query::View& view, query::JsonWriter& json) {
  json.Key("following").BeginArray();
  for (const FollowState& state : following.All()) {
    if (query::SeesRepository(view, state.repository)) WriteFollowState(state, json);
  }
  json.EndArray();
}

}  // namespace

absl::StatusOr<Response> GetStatus(const ReadContext& context, const Request& request) {
  if (absl::Status status = QueryReader(request.query).Finish(); !status.ok()) return status;
  const auto view = context.ViewFor(request);
  if (!view.ok()) return view.status();
  auto store_status = query::ReadStatus(*view);
  if (!store_status.ok()) return store_status.status();
  auto consumers = ReadConsumers(context, view->disclosure);
  if (!consumers.ok()) return consumers.status();
  store_status->consumers = *std::move(consumers);
  query::JsonWriter json;
  json.BeginObject();
  query::WriteStatusMembers(*store_status, json);
  if (context.following != nullptr) WriteFollowing(*context.following, *view, json);
  json.EndObject();
  Response response;
  response.caching = Caching::kRevalidate;
  response.body = json.Take().append("\n");
  return response;
}

}  // namespace setpoint::server
