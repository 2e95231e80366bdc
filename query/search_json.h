// The objects of `search`. Any thread.
#pragma once

#include "query/json_writer.h"
#include "query/search.h"
#include "query/view.h"

namespace setpoint::query {

// Writes one object: revision, commit, author, committer, committed, message, signed, timeline (of the entry that wrote
// it), landed (the revision by which it reached the timeline read), operation, key, moved_from, format, kind, group,
// namespace, name, path, content_hash, stale and, where the filter asks for fields, fields: pointer, from, to; a side
// that does not have the field is left out.
void WriteSearchItem(const View& view, const SearchItem& item, JsonWriter& json);

}  // namespace setpoint::query
