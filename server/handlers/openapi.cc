#include "server/handlers/openapi.h"

#include <string>

#include "server/http/query_reader.h"
#include "server/openapi/document.h"

namespace setpoint::server {

absl::StatusOr<Response> GetOpenApi(const ReadContext& /*context*/, const Request& request) {
  if (absl::Status status = QueryReader(request.query).Finish(); !status.ok()) return status;
  Response response;
  response.caching = Caching::kRevalidate;
  response.body = std::string(OpenApiDocument());
  return response;
}

}  // namespace setpoint::server
