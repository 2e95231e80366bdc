// GET /v1/status: what the store holds and how far it is, the object of `status -o json`.
#pragma once

#include "absl/status/statusor.h"
#include "server/handlers/handler_context.h"
#include "server/http/request.h"

namespace setpoint::server {

absl::StatusOr<Response> GetStatus(const ReadContext& context, const Request& request);

}  // namespace setpoint::server
