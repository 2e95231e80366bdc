// The state that a watch with a snapshot begins with: every selected resource of the followed refs at one revision, in
// key order, ref by ref. Only ids are held; contents are read as events are made.
// One thread at a time. The database and the filter must outlive it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "query/watch_entry.h"
#include "query/watch_event.h"
#include "query/watch_filter.h"
#include "query/watch_scope.h"
#include "storage/base/ids.h"
#include "storage/projections/database.h"
#include "storage/projections/state.h"

namespace setpoint::query {

class WatchSnapshot {
 public:
  static absl::StatusOr<std::unique_ptr<WatchSnapshot>> Take(const storage::Database& database,
                                                             const WatchFilter& filter, const WatchScope& scope,
                                                             storage::Revision revision);

  // The next resource, if it is selected; nothing where it is not, or at the end.
  absl::StatusOr<std::optional<WatchEvent>> Next();
  bool AtEnd() const { return ref_ == refs_.size(); }

 private:
  struct RefState {
    std::string ref;
    storage::Position at;
    std::vector<storage::StateItem> items;  // By key.
  };

  WatchSnapshot(const storage::Database& database, const WatchFilter& filter) : database_(database), filter_(filter) {}

  absl::StatusOr<std::optional<WatchEvent>> MakeEvent(const storage::StateItem& item);
  absl::StatusOr<std::shared_ptr<const WatchEntry>> EntryOf(storage::Revision revision);

  const storage::Database& database_;
  const WatchFilter& filter_;
  std::vector<RefState> refs_;
  size_t ref_ = 0;
  size_t item_ = 0;
  // Many resources of a state were given by the same entry. Emptied when it is full.
  absl::flat_hash_map<storage::Revision, std::shared_ptr<const WatchEntry>> entries_;
};

}  // namespace setpoint::query
