// A watch: a cursor into the log and a selector. It reads forward from its cursor whenever it is asked, and holds
// nothing but the entry at hand, so that a thousand watchers cost a thousand cursors. No sockets, no timers, no
// waiting: whoever drives it (server/watch_stream, the verb `watch`) asks again when something newer is applied.
//
//   auto watcher = Watcher::Open(database, {.refs = {.repository = "fleet"}, .from = "r17"});
//   auto batch = (*watcher)->Next({});        // events in log order, up to `applied`
//
// The stream keeps the promises of interfaces.md: complete, ordered, resumable at every cursor, filtered by the version
// before and after, so that folding a filtered stream gives the filtered list at every revision.
// One thread at a time. The database must outlive it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "query/watch_cursor.h"
#include "query/watch_entry.h"
#include "query/watch_event.h"
#include "query/watch_feed.h"
#include "query/watch_filter.h"
#include "query/watch_scope.h"
#include "query/watch_snapshot.h"
#include "storage/projections/database.h"

namespace setpoint::query {

struct WatchOptions {
  WatchRefs refs;
  std::string environment;  // By name; becomes a ref and a folder by EnterEnvironment, before a watch is opened.
  // `start` (before the first entry), `now`, a cursor (`rN`, `rN.k`), or any POSITION. Exclusive. Empty: `now`.
  std::string from;
  // Send the state at `from`, which must be a whole revision, before what follows.
  bool snapshot = false;
  Selector selector;
  Disclosure disclosure;  // What of it may be shown.
  int64_t now = 0;        // What a relative TIME counts from, in seconds since 1970.
  // Of all members: whoever shares events between watches compares what they show.
  bool operator==(const WatchOptions&) const = default;
};

// The same watch with its environment's ref and folder in place of the name; `from` is read there, too. Without a name,
// as it is. kNotFound: no such repository or environment. kInvalidArgument (environment-and-ref): refs are named
// besides.
absl::StatusOr<WatchOptions> EnterEnvironment(const storage::Database& database, WatchOptions options);

struct WatchBatchLimits {
  size_t events_max = 512;
  size_t bytes_max = size_t{256} << 10;  // Of contents; one event may go beyond it.
};

struct WatchBatch {
  std::vector<WatchEvent> events;
  bool caught_up = false;  // Nothing more up to the `applied` that was looked at.
  bool ended = false;      // Caught up, and the one ref followed is gone.
};

class Watcher {
 public:
  // Errors: those of WatchScope::Resolve and ResolvePosition; kInvalidArgument (reason "bad-cursor") for a snapshot in
  // the middle of an entry; kOutOfRange for a cursor beyond what this store has.
  static absl::StatusOr<std::unique_ptr<Watcher>> Open(const storage::Database& database, const WatchOptions& options);

  // The next events. Bounded work, also where nothing matches: not caught up and no events is a legal answer.
  absl::StatusOr<WatchBatch> Next(const WatchBatchLimits& limits);

  // Where the stream stands: after the last event given out, or after everything examined where that was more.
  const WatchCursor& cursor() const { return cursor_; }

  // The snapshot is not whole yet: there is no cursor to resume after, and so no bookmark.
  bool InSnapshot() const { return snapshot_ != nullptr; }

  // The refs that are followed.
  const WatchScope& scope() const { return feed_.scope(); }

 private:
  // The entry that is being given out.
  struct Current {
    storage::StepRow row;
    std::shared_ptr<const WatchEntry> entry;  // Read when its first event is made.
    bool announced = false;                   // The event of its cause was made, or there is none.
    size_t next_step = 0;
    absl::flat_hash_set<storage::PathId> reformatted;  // reformatted.h
  };

  // Whether an event that was held back is followed by another one of its entry.
  enum class Place { kInsideEntry, kLastOfEntry };

  Watcher(const storage::Database& database, const WatchOptions& options, WatchScope scope, WatchCursor cursor);

  // Each goes one small step on, and is false where there is nothing to go on with.
  absl::StatusOr<bool> AdvanceSnapshot(WatchBatch& batch);
  absl::StatusOr<bool> AdvanceFeed(storage::Revision applied, WatchBatch& batch);
  absl::StatusOr<bool> AdvanceEntry(WatchBatch& batch);

  void Begin(storage::StepRow row);
  absl::StatusOr<WatchEvent> MakeEvent(WatchEvent::Type type, uint32_t index);
  // Holds an event back until it is known whether it is the last of its entry.
  void Push(WatchEvent event, WatchBatch& batch);
  void Flush(Place place, WatchBatch& batch);

  const storage::Database& database_;
  WatchFilter filter_;
  WatchFeed feed_;
  WatchCursor cursor_;
  WatchCursor start_;  // Where the watch began: what of its entry is to be skipped.
  std::unique_ptr<WatchSnapshot> snapshot_;
  std::optional<Current> current_;
  std::optional<WatchEvent> pending_;
};

}  // namespace setpoint::query
