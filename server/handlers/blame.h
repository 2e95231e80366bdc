// GET /v1/repositories/{repo}/blame: who gave each field of a resource its present value, the objects of
// `blame -o json`.
#pragma once

#include "absl/status/statusor.h"
#include "server/handlers/handler_context.h"
#include "server/http/request.h"

namespace setpoint::server {

// Parameters: key, pointer, at, axis, wait.
absl::StatusOr<Response> GetBlame(const ReadContext& context, const Request& request);

}  // namespace setpoint::server
