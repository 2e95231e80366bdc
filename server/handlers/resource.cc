#include "server/handlers/resource.h"

#include <utility>

#include "query/get.h"
#include "query/json_writer.h"
#include "query/position.h"
#include "query/resource_json.h"
#include "query/view.h"
#include "server/handlers/position_query.h"
#include "server/http/query_reader.h"

namespace setpoint::server {

absl::StatusOr<Response> GetResource(const ReadContext& context, const Request& request) {
  QueryReader query(request.query);
  auto asked = TakePosition(context, request, query);
  if (!asked.ok()) return asked.status();
  if (absl::Status status = query.Finish(); !status.ok()) return status;
  const query::View view = context.ViewFor(request);
  auto position = query::ResolvePosition(view, *asked);
  if (!position.ok()) return position.status();
  auto version = query::GetResource(view, position->position, request.captures.at(1));
  if (!version.ok()) return version.status();
  query::JsonWriter json;
  if (absl::Status status = query::WriteResource(view, *position, *version, json); !status.ok()) return status;
  Response response;
  response.body = json.Take().append("\n");
  return response;
}

}  // namespace setpoint::server
