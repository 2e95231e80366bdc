// GET /v1/repositories/{repo}/resources: what is declared at a position, page by page.
#pragma once

#include "absl/status/statusor.h"
#include "server/handlers/handler_context.h"
#include "server/http/request.h"

namespace setpoint::server {

// Parameters: at, axis, content, limit, continue, and the filters of selector_query.h.
absl::StatusOr<Response> ListResources(const ReadContext& context, const Request& request);

}  // namespace setpoint::server
