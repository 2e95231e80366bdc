#include "server/handlers/hooks.h"

#include <optional>
#include <string>
#include <vector>

#include "query/errors.h"
#include "query/json_writer.h"
#include "server/follow/webhook.h"
#include "server/http/error_mapping.h"
#include "server/http/query_reader.h"

namespace setpoint::server {

absl::StatusOr<Response> TakeHook(const HandlerContext& context, const Request& request) {
  QueryReader parameters(request.query);
  const std::optional<std::string> named = parameters.Take("repo");
  if (absl::Status status = parameters.Finish(); !status.ok()) return status;
  const std::optional<Forge> forge = ForgeOf(request.captures.at(0));
  if (!forge.has_value()) {
    return ProblemResponse(404, "unknown-path", "hooks are of github, gitlab, gitea, bitbucket or generic");
  }
  const auto repositories = MeantBy(*forge, request, named, context.follow, context.secrets);
  if (!repositories.has_value()) return ProblemResponse(403, "forbidden", "this call is not signed with the secret");
  if (repositories->empty()) {
    return query::NotFound(query::reason::kUnknownRepository, "no repository of this payload is followed");
  }
  query::JsonWriter json;
  json.BeginObject().Key("repositories").BeginArray();
  for (const std::string& repository : *repositories) {
    const absl::StatusOr<uint64_t> look = context.ingest.RequestFetch(repository);
    if (!look.ok()) return look.status();
    json.String(repository);
  }
  json.EndArray().Member("requested", true).EndObject();
  Response response;
  response.status = 202;
  response.body = json.Take().append("\n");
  return response;
}

}  // namespace setpoint::server
