// GET /v1/repositories: what is followed, the objects of `repositories -o json`.
#pragma once

#include "absl/status/statusor.h"
#include "server/handlers/handler_context.h"
#include "server/request.h"

namespace setpoint::server {

absl::StatusOr<Response> ListRepositories(const HandlerContext& context, const Request& request);

}  // namespace setpoint::server
