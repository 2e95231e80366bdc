// GET /v1/repositories/{repo}/resources/{key}: one resource at a position: the object of `get -o json`, its content as
// YAML, or its text as written in Git.
#pragma once

#include "absl/status/statusor.h"
#include "server/handlers/handler_context.h"
#include "server/http/request.h"

namespace setpoint::server {

// Parameters: at, axis, wait, as (json, yaml, raw).
absl::StatusOr<Response> GetResource(const ReadContext& context, const Request& request);

}  // namespace setpoint::server
