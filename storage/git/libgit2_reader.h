// The ObjectReader over libgit2's object database: packs, loose objects, multi-pack-indexes, alternates.
// One thread at a time.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "storage/git/object_reader.h"

namespace setpoint::storage {

// `object_directory` is the `objects` of a repository whose objects are named by SHA-1.
absl::StatusOr<std::unique_ptr<ObjectReader>> OpenLibgit2Reader(const std::string& object_directory,
                                                                const ObjectReaderOptions& options);

}  // namespace setpoint::storage
