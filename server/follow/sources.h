// Which repositories the server follows: those that the store knows, and those that it was started with.
#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "server/server_options.h"
#include "storage/engine/store.h"
#include "storage/projections/repository_settings.h"

namespace setpoint::server {

// `started_with` stand above what is registered under the same name. kInvalidArgument: two of them share a name.
absl::StatusOr<std::vector<storage::RepositorySettings>> FollowedSources(
    const storage::RowReader& rows, const std::vector<FollowedRepository>& started_with);

}  // namespace setpoint::server
