// The paths that only read the store. A server has them, and so has a command line that opened a store by itself: hence
// both give the same answers.
#pragma once

#include "server/handlers/handler_context.h"
#include "server/http/router.h"

namespace setpoint::server {

// `context` must outlive the router.
void AddReadRoutes(const ReadContext& context, Router& router);

}  // namespace setpoint::server
