// GET /readyz: whether the server may be asked: every followed repository was observed since the start, the store is
// whole, the disk has room; and what goes wrong with which repository, and how many streams are open.
#pragma once

#include "absl/status/statusor.h"
#include "server/handlers/handler_context.h"
#include "server/http/request.h"

namespace setpoint::server {

// 503 with reasons in words until then. A repository that fails has been observed: it must not keep the others from
// being served.
absl::StatusOr<Response> GetReadiness(const HandlerContext& context, const Request& request);

}  // namespace setpoint::server
