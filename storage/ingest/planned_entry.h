// An entry on its way through the pipeline, behind the blobs of its files that no entry before it asked for: what the
// planner decided.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "storage/base/ids.h"
#include "storage/base/object_id.h"
#include "storage/git/tree_diff.h"
#include "storage/log/entry.h"
#include "storage/projections/projector.h"

namespace setpoint::storage {

struct PlannedEntry {
  // The entry as far as it is planned: everything but `files` and `changes`.
  Entry entry;
  Revision revision;  // The number that the log must give it.

  // Where the state before stands, and its commit (zero: nothing); of an entry that may have changes.
  Position before;
  ObjectId before_commit;
  std::vector<PathDelta> deltas;  // Between the trees of the two.

  std::optional<CommitFacts> facts;                         // Of entry.commit, where it has one.
  std::string commit_bytes;                                 // Where the entry is the commit's first: kept in `objects`.
  std::vector<std::pair<ObjectId, std::string>> tag_bytes;  // Of entry.pointers' tag objects.
};

}  // namespace setpoint::storage
