// The members that describe an entry, in every answer alike. Each function writes members into an open object.
// Any thread.
#pragma once

#include <optional>
#include <string_view>

#include "query/json_writer.h"
#include "storage/base/digest.h"
#include "storage/base/object_id.h"
#include "storage/git/commit.h"

namespace setpoint::query {

// "commit": forty hex digits, or null where the entry is of no commit.
void WriteCommitId(const storage::ObjectId& commit, JsonWriter& json);
// "committed": the committer's time, RFC 3339 in UTC; null where the commit is not at hand.
void WriteCommitted(const std::optional<storage::Commit>& commit, JsonWriter& json);
// "author", "committed" and "message" (its first line); null each where the commit is not at hand.
void WriteAuthorship(const std::optional<storage::Commit>& commit, JsonWriter& json);
// "content_hash": sixty-four hex digits, as content.h gave it; null where there is none.
void WriteContentHash(const storage::Digest& hash, JsonWriter& json);
// A member that is null where the text is empty.
void WriteOptional(std::string_view name, std::string_view text, JsonWriter& json);

}  // namespace setpoint::query
