#include "query/watch_feed.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace setpoint::query {
namespace {

using storage::Revision;
using storage::StepRow;

// Rows read ahead of each timeline at a time: enough to make catching up a sequential read, few enough to be cheap for
// a watcher that is up to date.
constexpr size_t kRowsAhead = 16;

}  // namespace

WatchFeed::WatchFeed(const storage::Database& database, WatchScope scope, Revision first)
    : database_(database), scope_(std::move(scope)), next_(first), filled_(Revision(first.value - 1)) {}

absl::Status WatchFeed::Fill(Revision applied) {
  const Revision after(next_.value - 1);
  Revision complete = applied;
  std::vector<StepRow> rows;
  for (const WatchSegment& segment : scope_.Segments(database_, applied)) {
    const Revision upto = std::min(segment.upto, complete);
    if (upto <= after) continue;
    auto read = storage::ReadSteps(*database_.store, segment.timeline, after, upto, kRowsAhead);
    if (!read.ok()) return read.status();
    // A timeline that may have more bounds what is complete for all.
    if (read->size() == kRowsAhead) complete = std::min(complete, read->back().position.revision);
    std::move(read->begin(), read->end(), std::back_inserter(rows));
  }
  std::erase_if(rows, [complete](const StepRow& row) { return row.position.revision > complete; });
  std::sort(rows.begin(), rows.end(),
            [](const StepRow& a, const StepRow& b) { return a.position.revision < b.position.revision; });
  ahead_.assign(std::make_move_iterator(rows.begin()), std::make_move_iterator(rows.end()));
  filled_ = complete;
  return absl::OkStatus();
}

absl::StatusOr<std::optional<StepRow>> WatchFeed::Next(Revision applied) {
  if (ahead_.empty()) {
    next_ = std::max(next_, Revision(filled_.value + 1));
    if (next_ > applied) return std::nullopt;
    if (absl::Status status = Fill(applied); !status.ok()) return status;
    if (ahead_.empty()) {
      next_ = Revision(filled_.value + 1);
      return std::nullopt;
    }
  }
  StepRow row = std::move(ahead_.front());
  ahead_.pop_front();
  next_ = Revision(row.position.revision.value + 1);
  return row;
}

}  // namespace setpoint::query
