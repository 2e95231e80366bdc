// GET /v1/repositories/{repo}/refs: where every followed ref stands, the objects of `refs -o json`.
#pragma once

#include "absl/status/statusor.h"
#include "server/handlers/handler_context.h"
#include "server/http/request.h"

namespace setpoint::server {

// Parameters: limit, continue.
absl::StatusOr<Response> ListRefs(const ReadContext& context, const Request& request);

}  // namespace setpoint::server
