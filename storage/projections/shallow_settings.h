// Where the history of a shallow source ended when it was last ingested: a row of the local `settings` family
// (key: "shallow/" and the repository's name; value: commit ids, 20 bytes each, in order). When the source is deepened,
// the ancestors of these commits come later than their children.
#pragma once

#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "storage/base/object_id.h"
#include "storage/engine/row_sink.h"
#include "storage/engine/store.h"

namespace setpoint::storage {

// Empty for a whole repository. Any thread.
absl::StatusOr<std::vector<ObjectId>> ReadShallowBoundary(const RowReader& rows, std::string_view repository);
void PutShallowBoundary(std::string_view repository, const std::vector<ObjectId>& boundary, RowSink& sink);

}  // namespace setpoint::storage
