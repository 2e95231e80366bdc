// Every timeline of the store, in memory: where it begins, where it stands, and how a position is followed through
// forks. Kept in the `names` family (kind 't'), one row a timeline, written again with each of its entries.
// Thread-safe: any thread may read while the one writer adds.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "storage/base/ids.h"
#include "storage/base/object_id.h"
#include "storage/engine/row_sink.h"
#include "storage/engine/store.h"
#include "storage/log/entry.h"

namespace setpoint::storage {

struct Timeline {
  TimelineId id;
  RepositoryId repository;
  std::string ref;                // Full name; empty for an anonymous timeline.
  uint32_t anonymous_number = 0;  // The k of "~k", counted for each repository from 1; 0 for an owned one.
  Position base;                  // None: forked at nothing.
  Position predecessor;
  uint32_t depth = 0;  // Forks down to a timeline that begins at nothing.
  Revision first;      // Its first and its newest entry.
  Revision last;
  Cause last_cause = Cause::kCommit;
  ObjectId tip;           // The commit of its newest entry; zero where it stands at nothing.
  int64_t committed = 0;  // The running maximum of min(committer time, observed) along its own entries.
  bool deleted = false;   // The ref is gone.

  bool IsAnonymous() const { return ref.empty(); }
  // "refs/heads/main", or "~3".
  std::string Label() const;
};

class Timelines {
 public:
  absl::Status Load(const RowReader& rows);

  std::optional<Timeline> Find(TimelineId id) const;
  std::optional<Timeline> FindOwned(RepositoryId repository, std::string_view ref) const;
  std::vector<Timeline> All() const;  // By id.

  // The positions at which a lookup at `at` looks, nearest first: `at` itself, its timeline's base, that one's base …
  // Every row found on one of them at or before its revision is what holds there.
  std::vector<Position> Lineage(Position at) const;

  // What Apply needs besides the entry: its birth's names and numbers resolved.
  struct Context {
    RepositoryId repository;
    Position base;          // Of a birth.
    Position predecessor;   // Of a birth.
    int64_t committed = 0;  // min(committer time, observed) of the entry's commit; the lowest number where it has none.
  };
  // Takes note of one entry that has a timeline, puts the timeline's row into `sink` and returns how the timeline
  // stands now. kDataLoss where the entry contradicts what came before. The writer only.
  absl::StatusOr<Timeline> Apply(Revision revision, const Entry& entry, const Context& context, RowSink& sink);

  // The default branch's timeline: the first owned one that the log names for the repository.
  std::optional<Timeline> FindDefault(RepositoryId repository) const;

 private:
  void Index(const Timeline& timeline) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  mutable absl::Mutex mutex_;
  std::vector<Timeline> timelines_ ABSL_GUARDED_BY(mutex_);  // timelines_[id - 1].
  absl::flat_hash_map<std::pair<RepositoryId, std::string>, TimelineId> owned_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_map<RepositoryId, uint32_t> anonymous_counts_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace setpoint::storage
