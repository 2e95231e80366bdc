// GET /healthz: the process answers, and so do its workers.
#pragma once

#include "absl/status/statusor.h"
#include "server/handlers/handler_context.h"
#include "server/http/request.h"

namespace setpoint::server {

absl::StatusOr<Response> GetHealth(const HandlerContext& context, const Request& request);

}  // namespace setpoint::server
