// The filters of `list` as query parameters: kind, namespace, name, path, format, label, field (repeated).
#pragma once

#include "absl/status/statusor.h"
#include "query/selector.h"
#include "server/http/query_reader.h"

namespace setpoint::server {

// kInvalidArgument: a filter that does not parse.
absl::StatusOr<query::Selector> TakeSelector(QueryReader& query);

}  // namespace setpoint::server
