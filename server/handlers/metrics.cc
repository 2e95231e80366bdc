#include "server/handlers/metrics.h"

#include "server/http/query_reader.h"

namespace setpoint::server {

absl::StatusOr<Response> GetMetrics(const Exposition& exposition, const Request& request) {
  if (absl::Status status = QueryReader(request.query).Finish(); !status.ok()) return status;
  Response response;
  response.content_type = Exposition::kContentType;
  response.headers.emplace_back("Cache-Control", "no-store");
  response.body = exposition.Text();
  return response;
}

}  // namespace setpoint::server
