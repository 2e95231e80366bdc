// GET /v1/watch: opens a stream (interfaces.md, Watch). The session drives it.
#pragma once

#include <memory>

#include "absl/status/statusor.h"
#include "query/watcher.h"
#include "server/handlers/handler_context.h"
#include "server/http/request.h"

namespace setpoint::server {

// Parameters: from, repo, ref (repeated), snapshot, and the filters of selector_query.h.
absl::StatusOr<std::unique_ptr<query::Watcher>> OpenWatch(const HandlerContext& context, const Request& request);

}  // namespace setpoint::server
