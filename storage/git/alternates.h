// The object folders that a repository draws upon. Pure but for reading files; any thread.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace setpoint::storage {

// `object_directory` itself and then those that it borrows from, theirs included, each once and as deep as Git goes.
// Folders that are gone are left out: their objects are missing. Errors: an `alternates` file that cannot be read.
absl::StatusOr<std::vector<std::string>> FindObjectDirectories(const std::string& object_directory);

}  // namespace setpoint::storage
