// The position that a request reads at: the repository of its path, `at` and `axis`.
#pragma once

#include "absl/status/statusor.h"
#include "query/position.h"
#include "query/view.h"
#include "server/handlers/handler_context.h"
#include "server/http/query_reader.h"
#include "server/http/request.h"

namespace setpoint::server {

// Takes `at` and `axis` (`committed` or `observed`). The request's first capture is the repository.
absl::StatusOr<query::PositionRequest> TakePosition(const ReadContext& context, const Request& request,
                                                    QueryReader& query);

}  // namespace setpoint::server
