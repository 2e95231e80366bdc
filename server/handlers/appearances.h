// GET /v1/appearances: when a value first stood on a timeline, who put it there, when it left; the objects of
// `search --appearances -o json`.
#pragma once

#include "absl/status/statusor.h"
#include "server/handlers/handler_context.h"
#include "server/http/request.h"

namespace setpoint::server {

// Parameters: repo, at, axis, environment, wait, value, field, path, kind, namespace, name, label, limit, continue.
absl::StatusOr<Response> GetAppearances(const ReadContext& context, const Request& request);

}  // namespace setpoint::server
