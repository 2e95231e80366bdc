#include "server/handlers/refs.h"

#include "query/json_writer.h"
#include "query/refs.h"
#include "query/repository.h"
#include "query/store_json.h"
#include "query/view.h"
#include "server/http/query_reader.h"

namespace setpoint::server {

absl::StatusOr<Response> ListRefs(const ReadContext& context, const Request& request) {
  if (absl::Status status = QueryReader(request.query).Finish(); !status.ok()) return status;
  const query::View view = context.ViewFor(request);
  auto repository = query::FindRepository(view, request.captures.at(0));
  if (!repository.ok()) return repository.status();
  auto refs = query::ListRefs(view, *repository);
  if (!refs.ok()) return refs.status();
  query::JsonWriter json;
  json.BeginObject().Key("refs").BeginArray();
  for (const query::RefItem& ref : *refs) query::WriteRef(ref, json);
  json.EndArray().EndObject();
  Response response;
  response.body = json.Take().append("\n");
  return response;
}

}  // namespace setpoint::server
