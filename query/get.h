// What one resource was at a position. Any thread.
#pragma once

#include <string_view>

#include "absl/status/statusor.h"
#include "query/view.h"
#include "storage/projections/versions.h"

namespace setpoint::query {

// The version that holds at the position, through forks. kNotFound (unknown-resource) where the resource is not there;
// the message says whether it was deleted, where it moved to, or that no such key ever was.
absl::StatusOr<storage::Version> GetResource(const View& view, storage::Position position, std::string_view key);

}  // namespace setpoint::query
