// The objects of `diff`. Any thread.
#pragma once

#include "query/diff.h"
#include "query/json_writer.h"
#include "query/view.h"

namespace setpoint::query {

// Writes one object: key, operation, moved_from (of a move) or from_key (where environments name it otherwise), format,
// kind, group, namespace, name, path, from and to ({revision, content_hash, stale} of each side's version), rekeyed
// (where it is), promotion (between environments: "waiting" or "ahead") and fields: pointer, from, to; a side that does
// not have the field is left out.
void WriteDifference(const View& view, const ResourceDifference& difference, JsonWriter& json);

}  // namespace setpoint::query
