// The parameters `since` and `until`. Plain data; any thread.
#pragma once

#include <cstdint>
#include <optional>

#include "absl/status/statusor.h"
#include "server/http/query_reader.h"

namespace setpoint::server {

struct TimeRange {
  std::optional<int64_t> since;
  std::optional<int64_t> until;
  bool by_clock = false;  // One of them says "2h ago", or the like.
};

// kInvalidArgument where one of them is no time. `now` is what "2h ago" counts from.
absl::StatusOr<TimeRange> TakeTimeRange(QueryReader& query, int64_t now);

}  // namespace setpoint::server
