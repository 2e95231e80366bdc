// The entries of a timeline, newest first. Any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "query/view.h"
#include "storage/git/commit.h"
#include "storage/log/entry.h"

namespace setpoint::query {

// All that are set must hold.
struct LogFilter {
  std::string author;                   // A part of "Name <email>", in any case.
  std::string message;                  // A part of the commit's message, in any case.
  std::optional<int64_t> since, until;  // Committer time in seconds, both inclusive.
  bool signed_only = false;             // The commit carries a signature (whether a good one is not asked).
  // One and the same change or file must satisfy all of these.
  std::string path_prefix;
  std::string kind;  // As in Selector.
  std::optional<storage::Operation> operation;
  std::optional<storage::Cause> cause;
};

struct LogRequest {
  storage::RepositoryId repository;
  storage::Position position;  // The newest entry to look at; then on through the forks of its timeline.
  LogFilter filter;
  size_t limit = 0;  // 0: all.
};

struct LogItem {
  storage::Position position;
  storage::Entry entry;                   // The hashes of its changes as content.h gives them.
  std::optional<storage::Commit> commit;  // Nothing where the entry is of no commit, or its object is not here.
};

absl::StatusOr<std::vector<LogItem>> ReadLog(const View& view, const LogRequest& request);

}  // namespace setpoint::query
