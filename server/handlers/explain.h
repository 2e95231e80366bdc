// GET /v1/repositories/{repo}/explain: what a file was taken for, and why.
#pragma once

#include "absl/status/statusor.h"
#include "server/handlers/handler_context.h"
#include "server/http/request.h"

namespace setpoint::server {

// Parameters: path, at, axis, wait.
absl::StatusOr<Response> ExplainPath(const ReadContext& context, const Request& request);

}  // namespace setpoint::server
