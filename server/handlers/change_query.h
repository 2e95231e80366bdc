// The filters of changes that `log` and `search` share, as parameters. Plain data; any thread.
#pragma once

#include <cstdint>

#include "absl/status/status.h"
#include "query/change_filter.h"
#include "server/http/query_reader.h"

namespace setpoint::server {

struct ChangeQuery {
  query::ChangeFilter filter;
  bool by_clock = false;  // A time says "2h ago", or the like.
};

// Takes field, path, kind, namespace, name and label. kInvalidArgument where one is wrong.
absl::Status TakeResourceFilter(QueryReader& query, query::ChangeFilter& filter);

// Takes those, and value, author, committer, message, signed, since and until, but not operation. kInvalidArgument
// where one is wrong. `now` is what "2h ago" counts from, `axis` what times are compared with.
absl::Status TakeChangeQuery(QueryReader& query, int64_t now, storage::TimeAxis axis, ChangeQuery& change);

}  // namespace setpoint::server
