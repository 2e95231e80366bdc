// The objects of `history`. Any thread.
#pragma once

#include "absl/status/status.h"
#include "query/history.h"
#include "query/json_writer.h"
#include "query/view.h"

namespace setpoint::query {

// One object: revision, commit, author, committed, message, the members of attribution_json.h, operation, timeline,
// landed, landed_by, key, moved_from, moved_to, path, content_hash, stale, fields (the JSON pointers that differ from
// the version it replaced; reads both contents).
absl::Status WriteHistoryItem(const View& view, const HistoryItem& item, JsonWriter& json);

}  // namespace setpoint::query
