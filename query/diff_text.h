// The unified text of a difference: what somebody wrote in Git on either side. Any thread.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "query/diff.h"
#include "query/view.h"

namespace setpoint::query {

// The lines that declare the resource, at both positions. A side whose lines hold secrets that the view does not show
// stands there as the YAML of its redacted content. Where the store has no text of a side (raw_text.h says why),
// a line that says so stands in its place. Empty where the lines are equal: path or staleness differ alone.
absl::StatusOr<std::string> DiffText(const View& view, storage::RepositoryId repository, const DiffRequest& request,
                                     const ResourceDifference& difference);

}  // namespace setpoint::query
