// Which repository a question is about. Any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "query/view.h"
#include "storage/base/ids.h"
#include "storage/projections/timelines.h"

namespace setpoint::query {

// The repository of that name; with no name given, the store's only one. kNotFound (unknown-repository) where there is
// none, kInvalidArgument (repository-needed) where a name is needed and which there are.
absl::StatusOr<storage::RepositoryId> FindRepository(const View& view, std::string_view name);

// The names of all repositories that the log names, by bytes.
std::vector<std::string> RepositoryNames(const View& view);

// The timeline of its default branch; kNotFound (unknown-position) where the repository has no branch yet.
absl::StatusOr<storage::Timeline> DefaultTimeline(const View& view, storage::RepositoryId repository);

}  // namespace setpoint::query
