// The objects of `blame`. Any thread, one writer each.
#pragma once

#include <vector>

#include "absl/status/status.h"
#include "query/authorship.h"
#include "query/blame.h"
#include "query/json_writer.h"
#include "query/view.h"

namespace setpoint::query {

// Writes one object: pointer, value, revision, commit, author, committed, message, the members of
// attribution_json.h, timeline, landed, landed_by, key (that the resource had there).
absl::Status WriteBlameField(const View& view, const BlameField& field, AuthorshipCache& authors, JsonWriter& json);

// By the bytes of their pointers, as JSON answers have them.
void SortByPointer(std::vector<BlameField>& fields);

}  // namespace setpoint::query
