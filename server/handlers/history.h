// GET /v1/repositories/{repo}/history: every version that a resource ever had, the objects of `history -o json`.
#pragma once

#include "absl/status/statusor.h"
#include "server/handlers/handler_context.h"
#include "server/http/request.h"

namespace setpoint::server {

// Parameters: key, at, axis, wait, timeline, limit, continue.
absl::StatusOr<Response> GetHistory(const ReadContext& context, const Request& request);

}  // namespace setpoint::server
