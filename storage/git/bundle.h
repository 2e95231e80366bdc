// The header of a bundle file: the refs that it carries, without a look at its pack. Pure but for reading the file.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "storage/git/mirror.h"

namespace setpoint::storage {

// A bundle does not say where HEAD pointed: the default branch is the one at HEAD's commit (main, master, then the
// first by name), or the only branch where there is no HEAD. kNotFound: no such file. kInvalidArgument: no bundle.
// kFailedPrecondition: SHA-256 objects.
absl::StatusOr<Advertisement> ReadBundleRefs(const std::string& path);

}  // namespace setpoint::storage
