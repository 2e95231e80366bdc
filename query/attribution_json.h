// Who really did it, as members of an open object: in every answer alike. Any thread.
#pragma once

#include <optional>

#include "absl/status/status.h"
#include "query/json_writer.h"
#include "query/view.h"
#include "storage/base/ids.h"
#include "storage/base/object_id.h"
#include "storage/git/commit.h"

namespace setpoint::query {

// "commit", "author", "committed", "message" and "committer" (null where the commit is not at hand), "co_authors" and
// "signed_off_by" (lists of "Name <email>", by the message's trailers), "pull_request" (a number, or null), "signed"
// (whether it carries a signature) and "signature" (signature.h). The commit is that of `id`, of an entry of the
// timeline.
absl::Status WriteCommit(const View& view, storage::TimelineId timeline, const storage::ObjectId& id,
                         const std::optional<storage::Commit>& commit, JsonWriter& json);

// "landed_by": the entry by which something reached the timeline read, a merge as a rule: revision, commit, author,
// committed, message, pull_request. Null where `written`, the entry that wrote it, is that entry.
absl::Status WriteLandedBy(const View& view, storage::Revision written, storage::Revision landed, JsonWriter& json);

}  // namespace setpoint::query
