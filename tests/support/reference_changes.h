// The changes that lead from one state to another (design.md, formats.md: Moves), by the letter of the rules.
#pragma once

#include <string>
#include <vector>

#include "storage/log/entry.h"
#include "tests/support/reference_state.h"

namespace setpoint::test {

struct ReferenceChange {
  std::string key;
  std::string moved_from;
  storage::Operation operation = storage::Operation::kCreated;
  uint8_t format = 0;
  storage::Digest content_hash;  // Zero when deleted.
  bool stale = false;
  std::string path;          // Of the resource now, or where it was when deleted.
  storage::Revision origin;  // None when deleted. Filled in by the planner.
};

// Ordered as in an entry: by key bytes, deletions last.
std::vector<ReferenceChange> ReferenceChanges(const ReferenceStateMap& before, const ReferenceStateMap& after);

}  // namespace setpoint::test
