// The refs of a repository on this machine, read from its files: no process, no look at objects. Loose refs are read
// before packed ones, so that a ref that Git packs meanwhile is not taken for deleted.
#pragma once

#include <sys/stat.h>

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "storage/git/mirror.h"
#include "storage/git/repository_layout.h"

namespace setpoint::storage {

// One thread at a time. Remembers the packed refs as long as their file stays the same.
class LocalRefs {
 public:
  explicit LocalRefs(RepositoryLayout layout) : layout_(std::move(layout)) {}

  // Broken refs, and names that Git would refuse, are left out. Symbolic refs show what they lead to.
  // kPermissionDenied where the refs may not be read.
  absl::StatusOr<Advertisement> Read();

 private:
  using Refs = std::map<std::string, ObjectId>;

  absl::Status ReadPacked();

  const RepositoryLayout layout_;
  struct stat packed_stat_ = {};
  Refs packed_;
};

}  // namespace setpoint::storage
