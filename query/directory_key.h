// The keys of resources whose scope is their directory (Terraform): their ordinals count over all files there, while a
// file alone gives them the ordinals that they have in it. Any thread.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "query/view.h"
#include "storage/projections/versions.h"

namespace setpoint::query {

// The identity that the decoder gives, in its file, a resource that has `version` at a position.
absl::StatusOr<std::string> IdentityInFile(const View& view, storage::Position position,
                                           const storage::Version& version);

// The key at a position of the resource to which its file at `path` gives `key_in_file`; that itself where the state
// has no such resource.
absl::StatusOr<std::string> KeyInDirectory(const View& view, storage::Position position, std::string_view path,
                                           std::string_view key_in_file);

}  // namespace setpoint::query
