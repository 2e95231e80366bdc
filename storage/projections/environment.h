// An environment: a named scope of a repository, the resources below one folder on one ref (`prod` = `clusters/prod/`
// on the default branch). Kept with the repository's settings. Plain data; any thread.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace setpoint::storage {

struct Environment {
  std::string name;         // As a repository's: [a-z0-9][a-z0-9._-]*, at most 63 bytes.
  std::string ref;          // As a POSITION names it; empty: the default branch.
  std::string path_prefix;  // A folder with its last '/', or nothing: the whole tree.
  bool operator==(const Environment&) const = default;
};

// "NAME=REF:PREFIX"; ":PREFIX" may be left out, and REF be empty. A prefix gets its last '/' where it has none and
// loses one in front. kInvalidArgument, with what to write, where the text is none.
absl::StatusOr<Environment> ParseEnvironment(std::string_view text);
// The text that gives it again.
std::string EnvironmentText(const Environment& environment);

}  // namespace setpoint::storage
