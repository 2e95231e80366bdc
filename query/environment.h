// What an environment stands for in a question: where it is read, and what of it counts. Any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "query/disclosure.h"
#include "query/view.h"
#include "storage/base/ids.h"
#include "storage/projections/environment.h"

namespace setpoint::query {

namespace reason {
inline constexpr std::string_view kUnknownEnvironment = "unknown-environment";
}  // namespace reason

// kNotFound (unknown-environment), naming those that there are. One of which the view shows nothing is none.
absl::StatusOr<storage::Environment> FindEnvironment(const View& view, storage::RepositoryId repository,
                                                     std::string_view name);

// The POSITION that `text` means there: nothing is its ref as it stands, rN and a TIME are its ref then; a commit or
// another ref is itself.
std::string PositionInEnvironment(const storage::Environment& environment, const std::string& text, int64_t now);

// Keys are written whole, or from the environment's folder on.
std::string KeyInEnvironment(const storage::Environment& environment, std::string_view key);

// What there is of the environments of that name, in one repository or (without its name) in all, as of now. Where the
// repository, the environment or its ref is not there, nothing.
absl::StatusOr<std::vector<VisibleScope>> ScopesOfEnvironment(const storage::Database& database,
                                                              std::string_view repository, std::string_view name);

}  // namespace setpoint::query
