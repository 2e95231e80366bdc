// What an environment stands for in a question: where it is read, and what of it counts. Any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "query/view.h"
#include "storage/base/ids.h"
#include "storage/projections/environment.h"

namespace setpoint::query {

namespace reason {
inline constexpr std::string_view kUnknownEnvironment = "unknown-environment";
}  // namespace reason

// kNotFound (unknown-environment), naming those that there are.
absl::StatusOr<storage::Environment> FindEnvironment(const View& view, storage::RepositoryId repository,
                                                     std::string_view name);

// The POSITION that `text` means there: nothing is its ref as it stands, rN and a TIME are its ref then; a commit or
// another ref is itself.
std::string PositionInEnvironment(const storage::Environment& environment, const std::string& text, int64_t now);

// Keys are written whole, or from the environment's folder on.
std::string KeyInEnvironment(const storage::Environment& environment, std::string_view key);

}  // namespace setpoint::query
