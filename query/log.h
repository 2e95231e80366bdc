// The entries of a timeline, or of all of them, newest first. Any thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "query/change_filter.h"
#include "query/scan_budget.h"
#include "query/view.h"
#include "storage/git/commit.h"
#include "storage/log/entry.h"

namespace setpoint::query {

// All that are set must hold: of the commit those of the entry's own; of the change those of one and the same change. A
// path alone also takes an entry in which only a file differs: a comment.
struct LogFilter : ChangeFilter {
  std::optional<storage::Cause> cause;
};

struct LogRequest {
  storage::RepositoryId repository;
  // The newest entry to look at; then on through the forks of its timeline. Nothing: every timeline of the repository.
  std::optional<storage::Position> position;
  LogFilter filter;
  size_t limit = 0;  // 0: all.
  // Only entries below it: where the page before ended.
  std::optional<storage::Revision> before = {};
};

struct LogItem {
  storage::Position position;
  storage::Entry entry;
  std::optional<storage::Commit> commit;  // Nothing where the entry is of no commit, or its object is not here.
};

// One entry after another. What is asked of changes is looked for in `steps`, a value in `terms`, and a time where that
// is possible in `times`; only entries that may be wanted are read. One thread at a time; must not outlive the store.
class LogScan {
 public:
  // `request.limit` is the caller's to keep.
  LogScan(const View& view, LogRequest request);
  ~LogScan();
  LogScan(LogScan&&) noexcept;
  LogScan& operator=(LogScan&&) noexcept;

  // The next one. Nothing: there is none (then it has ended), or the budget is spent and the next call goes on.
  absl::StatusOr<std::optional<LogItem>> Next(ScanBudget& budget);
  bool ended() const;

 private:
  class Run;
  std::unique_ptr<Run> run_;
};

// Hands over one after another until `visit` says false, or the limit is reached.
absl::Status ReadLog(const View& view, const LogRequest& request, const std::function<bool(LogItem)>& visit);
absl::StatusOr<std::vector<LogItem>> ReadLog(const View& view, const LogRequest& request);

}  // namespace setpoint::query
