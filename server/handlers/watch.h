// GET /v1/watch: opens a stream (interfaces.md, Watch). The session drives it.
#pragma once

#include "absl/status/statusor.h"
#include "server/handlers/handler_context.h"
#include "server/http/request.h"
#include "server/watch/opened_watch.h"

namespace setpoint::server {

// Parameters: from, repo, ref (repeated), snapshot, bookmark, consumer, and the filters of selector_query.h. The header
// `Accept` says in which format; `Last-Event-ID` resumes, whatever `from` says.
absl::StatusOr<OpenedWatch> OpenWatch(const HandlerContext& context, const Request& request);

}  // namespace setpoint::server
