// GET /v1/timelines: the timelines of a repository, the objects of `timelines -o json`.
#pragma once

#include "absl/status/statusor.h"
#include "server/handlers/handler_context.h"
#include "server/http/request.h"

namespace setpoint::server {

// Parameters: repo, all (anonymous ones too), limit, continue.
absl::StatusOr<Response> ListTimelines(const ReadContext& context, const Request& request);

}  // namespace setpoint::server
