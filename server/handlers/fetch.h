// POST /v1/repositories/{repo}/fetch: look at the source now, whatever its schedule says.
#pragma once

#include "absl/status/statusor.h"
#include "server/handlers/handler_context.h"
#include "server/http/request.h"

namespace setpoint::server {

// 202: it was asked for. What comes of it is seen in the log, a watch or /readyz, or waited for (`wait`; look.h).
absl::StatusOr<Response> RequestFetch(const HandlerContext& context, const Request& request);

}  // namespace setpoint::server
