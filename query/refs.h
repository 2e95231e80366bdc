// The refs of a repository that are followed, and where each stands. Any thread.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "query/view.h"
#include "storage/base/ids.h"
#include "storage/base/object_id.h"

namespace setpoint::query {

struct RefItem {
  std::string name;            // Full.
  bool owned = false;          // Has a timeline; else it points.
  bool is_default = false;     // The default branch.
  bool gone = false;           // Owned, and vanished upstream: its last state stays readable.
  storage::ObjectId commit;    // Zero where it stands at nothing.
  storage::Revision revision;  // Of its newest entry; of a pointing ref the `refs` entry that moved it there.
};

// By name bytes.
absl::StatusOr<std::vector<RefItem>> ListRefs(const View& view, storage::RepositoryId repository);

}  // namespace setpoint::query
