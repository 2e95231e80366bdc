// The objects of `search --appearances`. Any thread, one writer each.
#pragma once

#include <vector>

#include "absl/status/status.h"
#include "query/appearances.h"
#include "query/json_writer.h"
#include "query/view.h"
#include "storage/base/ids.h"

namespace setpoint::query {

// One object: the identity of the resource that has (had last) the value, path, present, pointers, came, left (null
// while present). came and left: revision, commit, author, committed, message, the members of attribution_json.h,
// timeline, landed, landed_by, operation, key.
absl::Status WriteAppearance(const View& view, storage::RepositoryId repository, const Appearance& appearance,
                             JsonWriter& json);

// Of all of them, oldest first: appearances and present (how many there are), first (when the value first came; null
// where it never did) and gone (when it left for good; null while it is present anywhere).
absl::Status WriteAppearancesSummary(const View& view, storage::RepositoryId repository,
                                     const std::vector<Appearance>& all, JsonWriter& json);

}  // namespace setpoint::query
