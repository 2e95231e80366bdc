// Who really did it: besides author and committer those whom the message names, and the pull request that it came by.
// Plain data; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "storage/git/commit.h"

namespace setpoint::query {

struct Attribution {
  std::vector<std::string> co_authors;  // "Name <email>" as written, each once.
  std::vector<std::string> sign_offs;   // Likewise.
  std::optional<uint64_t> pull_request;
};

// Trailers by Git's rules, their keys in any case.
Attribution AttributionOf(const storage::Commit& commit);

}  // namespace setpoint::query
