// A position as answers state it: {"repository", "timeline", "revision", "commit", "committed"}, with "axis" where it
// was found by a moment. Any thread.
#pragma once

#include "absl/status/status.h"
#include "query/json_writer.h"
#include "query/position.h"
#include "query/view.h"

namespace setpoint::query {

// Writes one object.
absl::Status WritePosition(const View& view, const ResolvedPosition& position, JsonWriter& json);

}  // namespace setpoint::query
