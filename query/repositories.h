// The repositories of a store: how they are followed and how far they are. Any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "query/view.h"
#include "storage/projections/repository_settings.h"
#include "storage/projections/timelines.h"

namespace setpoint::query {

struct RepositoryItem {
  storage::RepositorySettings settings;
  // Nothing until a first entry stands in the log.
  std::optional<storage::Timeline> default_timeline;
  uint64_t owned_refs = 0;
  uint64_t anonymous_timelines = 0;
  storage::Revision last;           // Its newest entry on any timeline.
  std::optional<int64_t> observed;  // When that entry was seen.
};

// By name bytes; also those that are registered and still empty.
absl::StatusOr<std::vector<RepositoryItem>> ListRepositories(const View& view);

}  // namespace setpoint::query
