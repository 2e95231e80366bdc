// POST /v1/repositories and POST /v1/repositories/{repo}/unfollow: what is followed, changed by request.
#pragma once

#include "absl/status/statusor.h"
#include "server/handlers/handler_context.h"
#include "server/http/request.h"

namespace setpoint::server {

// The body is {"source", "name"?, "owned"?, "pointing"?, "pull_requests"?, "delete_on_vanish"?}. 201, or 200 where it
// was followed before; its first look has been asked for (`wait`: and awaited). 403: the caller or the source is not
// allowed; 409: the name is another source's.
absl::StatusOr<Response> RegisterRepository(const HandlerContext& context, const Request& request);

// 200: it is looked at no more; what the store has of it stays. 404: it is not followed.
absl::StatusOr<Response> UnfollowRepository(const HandlerContext& context, const Request& request);

}  // namespace setpoint::server
