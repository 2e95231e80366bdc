// A resource as somebody wrote it: the lines of its file's text, comments and all. Any thread.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "query/view.h"
#include "storage/projections/versions.h"

namespace setpoint::query {

struct RawTextRequest {
  storage::RepositoryId repository;
  storage::Position position;
  storage::Version version;  // What GetResource gave at that position.
};

// The lines that declare the resource in its file as it stood at the position; a resource that is its whole file gives
// the whole file. Of a held resource (stale) the text that last decoded. kNotFound (no-text) where the store has no
// text: a submodule, a missing blob, a file too large to be kept, an erased one; the message says which. Likewise
// (redacted) where the view does not show secrets and the lines hold some: what a person wrote has no part that is
// safely none (a comment may repeat it).
absl::StatusOr<std::string> ReadRawText(const View& view, const RawTextRequest& request);

}  // namespace setpoint::query
