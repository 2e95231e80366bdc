// Which deletions of an entry were none of anybody's will: the file is still there and turned into `data` or a plain
// `file` (formats.md): a person may have lost its shape by accident. Pure functions; any thread.
#pragma once

#include <vector>

#include "absl/container/flat_hash_set.h"
#include "storage/base/ids.h"
#include "storage/log/entry.h"
#include "storage/projections/steps.h"

namespace setpoint::query {

// By index of Entry::files: whether the file gave a new `data` or `file` resource while one of a named format went.
std::vector<bool> ReformattedFiles(const storage::Entry& entry);
// The same by path, of an entry as `steps` has it. Most have none.
absl::flat_hash_set<storage::PathId> ReformattedPaths(const storage::StepRow& row);

}  // namespace setpoint::query
