// GET /v1/search: changes over all history, newest first, the objects of `search -o json`.
#pragma once

#include "absl/status/statusor.h"
#include "server/handlers/handler_context.h"
#include "server/http/request.h"

namespace setpoint::server {

// Parameters: repo, at (left out: all timelines), axis, wait, value, field, author, committer, message, since, until,
// path, kind, namespace, name, label, operation, signed, limit, continue.
absl::StatusOr<Response> GetSearch(const ReadContext& context, const Request& request);

}  // namespace setpoint::server
