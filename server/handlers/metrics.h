// GET /metrics: what a Prometheus scrapes.
#pragma once

#include "absl/status/statusor.h"
#include "server/http/request.h"
#include "server/metrics/exposition.h"

namespace setpoint::server {

absl::StatusOr<Response> GetMetrics(const Exposition& exposition, const Request& request);

}  // namespace setpoint::server
