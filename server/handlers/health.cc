#include "server/handlers/health.h"

#include <string_view>
#include <vector>

#include "query/json_writer.h"
#include "server/http/query_reader.h"

namespace setpoint::server {

absl::StatusOr<Response> GetHealth(const HandlerContext& context, const Request& request) {
  if (absl::Status status = QueryReader(request.query).Finish(); !status.ok()) return status;
  std::vector<std::string_view> reasons;
  if (context.database.catalog.torn()) {
    reasons.emplace_back("a write failed half-way: nothing more is appended until the server is started again");
  }
  if (!context.ingest.alive()) reasons.emplace_back("the thread that follows repositories has ended");
  query::JsonWriter json;
  json.BeginObject().Member("healthy", reasons.empty());
  if (!reasons.empty()) {
    json.Key("reasons").BeginArray();
    for (const std::string_view reason : reasons) json.String(reason);
    json.EndArray();
  }
  json.EndObject();
  Response response;
  response.status = reasons.empty() ? 200 : 503;
  // An error says so by itself.
  if (response.status == 200) response.headers.emplace_back("Cache-Control", "no-store");
  response.body = json.Take().append("\n");
  return response;
}

}  // namespace setpoint::server
