// GET /v1/log: the entries of a timeline, newest first, the objects of `log -o json`.
#pragma once

#include "absl/status/statusor.h"
#include "server/handlers/handler_context.h"
#include "server/http/request.h"

namespace setpoint::server {

// Parameters: repo, at, axis, wait, author, message, since, until, path, kind, operation, signed, changes, limit,
// continue.
absl::StatusOr<Response> GetLog(const ReadContext& context, const Request& request);

}  // namespace setpoint::server
