// What a ref's name stands for: an owned ref with its timeline, or a pointing one with the commit it points to.
// Any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "query/view.h"
#include "storage/base/ids.h"
#include "storage/base/object_id.h"
#include "storage/projections/timelines.h"

namespace setpoint::query {

struct RefTarget {
  std::string name;                           // Full.
  std::optional<storage::Timeline> timeline;  // Of an owned ref; also of one that is gone: its last state stays.
  storage::ObjectId commit;                   // Of a pointing one.
};

// By full name, or a branch or tag by its short one; HEAD and nothing are the default branch. `at`: as of which
// revision a pointing ref is looked up. Nothing: no such ref. kInvalidArgument (ambiguous-position) where a branch and
// a tag have the name, kNotFound (unknown-position) where there is no default branch.
absl::StatusOr<std::optional<RefTarget>> FindRef(const View& view, storage::RepositoryId repository,
                                                 std::string_view name, storage::Revision at);

}  // namespace setpoint::query
