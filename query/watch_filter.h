// What a change means to a watcher that sees only part of the resources: the selector is asked about the version before
// and the one after. After only: `created`; before only: `deleted`; both: as it is. So whoever applies the changes it
// gets holds exactly what a list with the same selector gives.
// One thread at a time.
#pragma once

#include <optional>

#include "absl/status/statusor.h"
#include "query/selector.h"
#include "query/view.h"
#include "storage/base/ids.h"
#include "storage/log/entry.h"
#include "storage/log/fact_keys.h"
#include "storage/projections/database.h"
#include "storage/projections/steps.h"

namespace setpoint::query {

// One resource as it is at a point of a timeline.
struct WatchedVersion {
  storage::ResourceId resource;
  uint8_t format = 0;
  bool stale = false;
  storage::ContentKey content;  // None when deleted.
  storage::PathId path;
};

// What a watcher is told of a change.
struct FilteredChange {
  storage::Operation operation = storage::Operation::kCreated;
  bool by_filter = false;          // Not the operation that the log has.
  WatchedVersion version;          // After the change; the last one where the operation is `deleted`.
  storage::ResourceId moved_from;  // Of `moved` only.
};

class WatchFilter {
 public:
  // The database must outlive the filter.
  WatchFilter(const storage::Database& database, Selector selector, Disclosure disclosure = {});

  // What the watcher may see of the store as it is now.
  View view() const { return View(database_, disclosure_); }

  // Whether the watcher wants and may see a version that holds at that position.
  absl::StatusOr<bool> Matches(const WatchedVersion& version, storage::Position at) const;

  // `at` is the entry that `step` belongs to. Nothing: this watcher is not concerned.
  absl::StatusOr<std::optional<FilteredChange>> Apply(const storage::Step& step, storage::Position at) const;

 private:
  // The version that the change found; nothing where it found none.
  absl::StatusOr<std::optional<WatchedVersion>> Before(const storage::Step& step, storage::Position at) const;

  const storage::Database& database_;
  Selector selector_;
  const Disclosure disclosure_;
  bool selects_all_ = false;
};

}  // namespace setpoint::query
