// The objects of `search`. Any thread.
#pragma once

#include "absl/status/status.h"
#include "query/json_writer.h"
#include "query/search.h"
#include "query/view.h"

namespace setpoint::query {

// Writes one object: revision, commit, author, committed, message, the members of attribution_json.h, timeline (of the
// entry that wrote it), landed (the revision by which it reached the timeline read), landed_by, operation, key,
// moved_from, format, kind, group, namespace, name, path, content_hash, stale and, where the filter asks for fields,
// fields: pointer, from, to; a side that does not have the field is left out.
absl::Status WriteSearchItem(const View& view, const SearchItem& item, JsonWriter& json);

}  // namespace setpoint::query
