// Where the parts of a Git repository lie on disk, found without opening it by libgit2, which refuses some repositories
// that can be read very well (partial clones, other owners). Pure but for reading files; any thread.
#pragma once

#include <string>

#include "absl/status/statusor.h"

namespace setpoint::storage {

struct RepositoryLayout {
  std::string git_directory;     // HEAD, and the refs of this work tree.
  std::string common_directory;  // config, refs, packed-refs, shallow; the same but for linked work trees.
  std::string object_directory;  // objects.
};

// `path` is a bare repository, a work tree, a `.git` folder, or a linked work tree (a `.git` file).
// kNotFound: no repository there. kPermissionDenied: one that may not be read. kFailedPrecondition: its objects are
// named by SHA-256. Each says what to do.
absl::StatusOr<RepositoryLayout> FindRepository(const std::string& path);

}  // namespace setpoint::storage
