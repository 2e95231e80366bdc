#include "server/handlers/fetch.h"

#include "server/handlers/look.h"
#include "server/http/query_reader.h"

namespace setpoint::server {

absl::StatusOr<Response> RequestFetch(const HandlerContext& context, const Request& request) {
  QueryReader parameters(request.query);
  const LookWait wait = TakeWait(parameters);
  if (absl::Status status = parameters.Finish(); !status.ok()) return status;
  const std::string& repository = request.captures.at(0);
  return AnswerLook(context, repository, wait);
}

}  // namespace setpoint::server
