// The entries that a watch follows, in log order, read from the `steps` of their timelines: the cost is that of these
// entries, however much else the log holds.
// One thread at a time. The database must outlive it.
#pragma once

#include <deque>
#include <optional>

#include "absl/status/statusor.h"
#include "query/watch_scope.h"
#include "storage/base/ids.h"
#include "storage/projections/database.h"
#include "storage/projections/steps.h"

namespace setpoint::query {

class WatchFeed {
 public:
  // Begins with the first followed entry of revision ≥ `first`.
  WatchFeed(const storage::Database& database, WatchScope scope, storage::Revision first);

  // The next followed entry at or before `applied`; nothing: there is none yet. `applied` never falls between calls.
  absl::StatusOr<std::optional<storage::StepRow>> Next(storage::Revision applied);

  // Everything before this revision was given out.
  storage::Revision next_revision() const { return next_; }

  const WatchScope& scope() const { return scope_; }

 private:
  // Reads a few entries of each followed timeline ahead.
  absl::Status Fill(storage::Revision applied);

  const storage::Database& database_;
  WatchScope scope_;
  storage::Revision next_;
  std::deque<storage::StepRow> ahead_;  // By revision; complete up to `filled_`.
  storage::Revision filled_;
};

}  // namespace setpoint::query
