// The ObjectReader over loose objects, by libgit2. One thread at a time.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "storage/git/object_reader.h"

namespace setpoint::storage {

// Each of the directories is the `objects` of a repository whose objects are named by SHA-1; the first that has an
// object gives it. Objects written later are seen.
absl::StatusOr<std::unique_ptr<ObjectReader>> OpenLooseReader(const std::vector<std::string>& object_directories,
                                                              const ObjectReaderOptions& options);

}  // namespace setpoint::storage
