#include "server/handlers/repositories.h"

#include "query/json_writer.h"
#include "query/repositories.h"
#include "query/store_json.h"
#include "query/view.h"
#include "server/http/query_reader.h"

namespace setpoint::server {

absl::StatusOr<Response> ListRepositories(const ReadContext& context, const Request& request) {
  if (absl::Status status = QueryReader(request.query).Finish(); !status.ok()) return status;
  auto repositories = query::ListRepositories(context.ViewFor(request));
  if (!repositories.ok()) return repositories.status();
  query::JsonWriter json;
  json.BeginObject().Key("repositories").BeginArray();
  for (const query::RepositoryItem& repository : *repositories) query::WriteRepository(repository, json);
  json.EndArray().EndObject();
  Response response;
  response.body = json.Take().append("\n");
  return response;
}

}  // namespace setpoint::server
