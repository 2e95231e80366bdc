// Which repositories the server follows: those that the store knows, and those that it was started with.
#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "server/server_options.h"
#include "storage/engine/store.h"
#include "storage/projections/repository_settings.h"

namespace setpoint::server {

// `started_with` stand above what is registered under the same name; of the rest those are left out that somebody said
// to follow no more. kInvalidArgument: two of them share a name.
absl::StatusOr<std::vector<FollowedRepository>> FollowedSources(const storage::RowReader& rows,
                                                                const std::vector<FollowedRepository>& started_with);

// Takes the environments and keys of `known` that are not given for `repository`.
void KeepWhatIsNotGiven(const storage::RepositorySettings& known, FollowedRepository& repository);

// The repository as the store keeps it: pull requests point like any other ref, and environments and keys that are
// given as texts (each of them a good one) are its own.
FollowedRepository AsStored(FollowedRepository repository);

}  // namespace setpoint::server
