#include "server/handlers/health.h"

#include "server/http/query_reader.h"

namespace setpoint::server {

absl::StatusOr<Response> GetHealth(const HandlerContext&, const Request& request) {
  if (absl::Status status = QueryReader(request.query).Finish(); !status.ok()) return status;
  Response response;
  response.body = "{\"healthy\":true}\n";
  return response;
}

}  // namespace setpoint::server
