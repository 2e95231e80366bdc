// POST /v1/hooks/{github|gitlab|gitea|bitbucket|generic}: a forge says that something was pushed.
#pragma once

#include "absl/status/statusor.h"
#include "server/handlers/handler_context.h"
#include "server/http/request.h"

namespace setpoint::server {

// 202 with the repositories that are looked at. 403 where the caller does not prove that he knows the secret, in the
// same words whatever is wrong; 404 where he does and no such repository is followed.
absl::StatusOr<Response> TakeHook(const HandlerContext& context, const Request& request);

}  // namespace setpoint::server
