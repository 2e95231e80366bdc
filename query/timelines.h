// The timelines of a repository as they stood at the view's revision. Any thread.
#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "query/view.h"
#include "storage/base/ids.h"
#include "storage/projections/timelines.h"

namespace setpoint::query {

enum class AnonymousTimelines { kLeaveOut, kInclude };

struct TimelinesRequest {
  storage::RepositoryId repository;
  AnonymousTimelines anonymous = AnonymousTimelines::kLeaveOut;
  storage::TimelineId after;  // Only those beyond it: how the next page is asked for.
  size_t limit = 0;           // 0: all.
};

// By id.
absl::StatusOr<std::vector<storage::Timeline>> ListTimelines(const View& view, const TimelinesRequest& request);

// A timeline that begins at or before `view.applied`, as it stood there: the tables in memory may be ahead of it.
absl::StatusOr<storage::Timeline> TimelineAsOf(const View& view, storage::Timeline timeline);

}  // namespace setpoint::query
