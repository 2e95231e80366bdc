// GET /v1/repositories/{repo}/diff: what differs between two positions, the objects of `diff -o json`, or the unified
// text as written in Git.
#pragma once

#include "absl/status/statusor.h"
#include "server/handlers/handler_context.h"
#include "server/http/request.h"

namespace setpoint::server {

// Parameters: from, to (default: the default branch), axis, wait, as (json, raw), limit, continue, and the filters of
// selector_query.h. The text is not paged.
absl::StatusOr<Response> GetDiff(const ReadContext& context, const Request& request);

}  // namespace setpoint::server
