// The ObjectReader that is used: packs by a reader of our own, which is much faster than libgit2's, shares nothing
// between threads and cannot be led out of bounds by a damaged pack; loose objects by libgit2. One thread at a time.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "storage/git/object_reader.h"

namespace setpoint::storage {

// `object_directory` is the `objects` of a repository whose objects are named by SHA-1.
absl::StatusOr<std::unique_ptr<ObjectReader>> OpenPackedReader(const std::string& object_directory,
                                                               const ObjectReaderOptions& options);

}  // namespace setpoint::storage
