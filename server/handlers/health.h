// GET /healthz: whether this process should go on. It answers, and so do its workers; the store takes writes; the
// writer lives. Only a restart mends what is wrong here.
#pragma once

#include "absl/status/statusor.h"
#include "server/handlers/handler_context.h"
#include "server/http/request.h"

namespace setpoint::server {

// 503 with reasons in words where it should not.
absl::StatusOr<Response> GetHealth(const HandlerContext& context, const Request& request);

}  // namespace setpoint::server
