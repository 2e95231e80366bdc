#include "server/handlers/fetch.h"

#include "query/json_writer.h"
#include "server/http/query_reader.h"

namespace setpoint::server {

absl::StatusOr<Response> RequestFetch(const HandlerContext& context, const Request& request) {
  if (absl::Status status = QueryReader(request.query).Finish(); !status.ok()) return status;
  const std::string& repository = request.captures.at(0);
  if (absl::Status status = context.ingest.RequestFetch(repository); !status.ok()) return status;
  query::JsonWriter json;
  json.BeginObject().Member("repository", repository).Member("requested", true).EndObject();
  Response response;
  response.status = 202;
  response.body = json.Take().append("\n");
  return response;
}

}  // namespace setpoint::server
