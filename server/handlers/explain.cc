#include "server/handlers/explain.h"

#include <string>

#include "query/explain.h"
#include "query/json_writer.h"
#include "server/handlers/page.h"
#include "server/handlers/place.h"
#include "server/handlers/position_query.h"
#include "server/http/query_reader.h"

namespace setpoint::server {

absl::StatusOr<Response> ExplainPath(const ReadContext& context, const Request& request) {
  QueryReader parameters(request.query);
  const std::string path = parameters.TakeNeeded("path");
  auto asked = TakePosition(context, request, parameters);
  if (!asked.ok()) return asked.status();
  if (absl::Status status = parameters.Finish(); !status.ok()) return status;
  auto place = FindPlace(context, request, *asked, Page());
  if (!place.ok()) return place.status();
  Response response = BeginAnswer(request, *place, "application/json");
  if (response.status != 200) return response;
  auto file = query::ExplainFile(place->view, *place->position, path);
  if (!file.ok()) return file.status();
  query::JsonWriter json;
  absl::Status status = query::WriteExplained(place->view, *place->position, *file, json);
  if (!status.ok()) return status;
  response.body = json.Take().append("\n");
  return response;
}

}  // namespace setpoint::server
