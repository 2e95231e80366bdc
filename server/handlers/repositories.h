// GET /v1/repositories: what is followed, the objects of `repositories -o json`.
#pragma once

#include "absl/status/statusor.h"
#include "server/handlers/handler_context.h"
#include "server/http/request.h"

namespace setpoint::server {

// Parameters: limit, continue.
absl::StatusOr<Response> ListRepositories(const ReadContext& context, const Request& request);

}  // namespace setpoint::server
