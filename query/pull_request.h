// The pull request that a merge or squash commit says it is of. A pure function; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace setpoint::query {

// By the words that forges write: GitHub "Merge pull request #7 from …" and "Title (#7)", GitLab "See merge request
// group/project!7", Bitbucket "Merged in branch (pull request #7)" and "Pull request #7: …", Azure "Merged PR 7: …",
// Gitea "Merge pull request 'Title' (#7) from …". Nothing where the message has none of them.
std::optional<uint64_t> FindPullRequest(std::string_view message);

}  // namespace setpoint::query
