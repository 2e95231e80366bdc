// GET /openapi.json: what is served, for programs that want to know.
#pragma once

#include "absl/status/statusor.h"
#include "server/handlers/handler_context.h"
#include "server/http/request.h"

namespace setpoint::server {

absl::StatusOr<Response> GetOpenApi(const ReadContext& context, const Request& request);

}  // namespace setpoint::server
