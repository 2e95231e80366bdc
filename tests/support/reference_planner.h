// The entries that a sequence of observed refs must give, by the letter of design.md ("Timelines: how refs and commits
// become entries"). Written without a look at storage/ingest; slow and simple: the oracle of the log.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "storage/log/entry.h"
#include "tests/support/reference_changes.h"
#include "tests/support/reference_state.h"

namespace setpoint::test {

struct ReferenceEntry {
  uint32_t timeline = 0;  // Its log number; 0 for `refs`.
  std::string label;      // "refs/heads/main", "~1"; empty for `refs`.
  storage::Cause cause = storage::Cause::kCommit;
  storage::ObjectId commit;
  storage::ObjectId commit_before;
  bool is_first = false;  // Of its timeline; then base and predecessor count.
  storage::ForkPoint base;
  storage::ForkPoint predecessor;
  std::vector<storage::PointerMove> pointers;  // Without tag objects.
  bool batch_end = false;
  std::vector<ReferenceChange> changes;
};

// What one look at a repository shows.
struct ReferenceObservation {
  std::string default_branch;                         // Full name.
  std::map<std::string, storage::ObjectId> owned;     // Full name → commit; the default branch among them.
  std::map<std::string, storage::ObjectId> pointing;  // Likewise.
};

class ReferencePlanner {
 public:
  explicit ReferencePlanner(ReferenceState& state, bool delete_on_vanish = false)
      : state_(state), source_(state.source()), delete_on_vanish_(delete_on_vanish) {}

  void Observe(const ReferenceObservation& observation);

  // entries()[n - 1] is rn.
  const std::vector<ReferenceEntry>& entries() const { return entries_; }

  // All revisions at which a commit stands, lowest first.
  std::vector<uint64_t> PositionsOf(const storage::ObjectId& commit) const;
  std::vector<storage::ObjectId> Commits() const;

 private:
  using Id = storage::ObjectId;
  struct Lane {
    std::string label;
    bool owned = false;
    uint32_t depth = 0;
    Id tip;
    uint64_t last = 0;
    bool deleted = false;
    ReferenceStateMap state;                  // At its last entry.
    std::map<std::string, uint64_t> origins;  // Of every resource alive there.
  };

  void ObserveOwned(const std::string& ref, const Id& tip);
  void FirstSeen(const std::string& ref, const Id& tip);
  void Advance(uint32_t timeline, const Id& tip);
  void ObservePointing(const ReferenceObservation& observation);
  void ObserveGone(const ReferenceObservation& observation);

  // The spine from `old_tip`, exclusive, to `tip`, oldest first; nothing where old_tip is no ancestor.
  std::optional<std::vector<Id>> Spine(const Id& old_tip, const Id& tip);

  // One ref movement: what is unseen below `tip` and not on its spine, and where each of it belongs.
  void BeginMovement(const Id& tip, const std::vector<Id>& spine);
  // Entries for every ancestor of `commit` without one.
  void VisitParents(const Id& commit);
  void Visit(const Id& commit);
  void AppendAnonymous(const Id& commit);
  Id BaseOf(const Id& commit);
  size_t DescendantsOf(const Id& commit);

  uint32_t NewLane(const std::string& label, bool owned, const storage::ForkPoint& base);
  // Where a fork at a commit is made.
  storage::ForkPoint ForkAt(const Id& commit) const;
  bool Seen(const Id& commit) const { return positions_.contains(commit); }
  bool StandsOwned(const Id& commit) const;

  // The entry, with its changes from where the timeline stands to `commit`, and its origins. `moves_state` false: an
  // entry without changes.
  ReferenceEntry& Append(uint32_t timeline, storage::Cause cause, const Id& commit, bool moves_state);
  void MoveState(uint32_t timeline, const Id& commit, ReferenceEntry& entry);
  uint64_t OriginOf(const Id& commit, const std::string& key, const Id& came_from);

  ReferenceState& state_;
  HistorySource& source_;
  bool delete_on_vanish_;
  std::string default_ref_;
  std::vector<ReferenceEntry> entries_;
  std::vector<Lane> lanes_;  // lanes_[timeline - 1].
  uint32_t anonymous_count_ = 0;
  std::map<std::string, uint32_t> owned_;  // Ref → timeline.
  std::map<std::string, Id> pointers_;
  std::map<Id, std::vector<uint64_t>> positions_;
  std::map<Id, std::map<std::string, uint64_t>> origins_;  // At a commit's first position.

  std::map<Id, Id> base_;                // Of the movement at hand.
  std::map<Id, std::vector<Id>> above_;  // Base → commits of the movement that have it.
};

}  // namespace setpoint::test
