// The objects of `log`. Any thread.
#pragma once

#include "absl/status/status.h"
#include "query/json_writer.h"
#include "query/log.h"
#include "query/view.h"

namespace setpoint::query {

enum class ChangesPart { kCount, kList };

// One object: revision, timeline, commit, author, committed, message, the members of attribution_json.h, operation (the
// entry's cause), observed, signed, files (how many differ) and changes: how many of each operation, or with kList each
// with operation, key, moved_from, path, content_hash, stale.
absl::Status WriteLogItem(const View& view, const LogItem& item, ChangesPart changes, JsonWriter& json);

}  // namespace setpoint::query
