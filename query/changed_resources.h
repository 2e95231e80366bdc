// Which resources two positions do not have alike. Any thread.
#pragma once

#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "query/view.h"
#include "storage/projections/state.h"

namespace setpoint::query {

// One resource (one key) with what it is at either position; nothing where it is not there. Content, path or staleness
// differ.
struct ChangedResource {
  storage::ResourceId resource;
  std::optional<storage::StateItem> before;
  std::optional<storage::StateItem> after;
};

// By resource id. Costs the steps between the two positions, through where their timelines part, or both states,
// whichever is less.
absl::StatusOr<std::vector<ChangedResource>> ReadChangedResources(const View& view, storage::Position from,
                                                                  storage::Position to);

}  // namespace setpoint::query
