// What the move of one ref means (design.md, Timelines): its spine, and in which order, from which base and on which
// kind of anonymous timeline every other commit gets its entry first. Pure planning: nothing is given out here.
// One thread at a time: the reader's.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "storage/base/object_id.h"
#include "storage/git/tree_diff.h"
#include "storage/ingest/commit_graph.h"
#include "storage/ingest/standings.h"

namespace setpoint::storage {

struct RefMove {
  enum class Kind { kNone, kFirstSeen, kAdvance, kReset, kBack };
  Kind kind = Kind::kNone;
  ObjectId from;  // First seen: F, or zero. Otherwise the old tip.
  ObjectId to;
  std::vector<ObjectId> spine;  // First seen and advance: the commits after `from` up to `to`, oldest first.
};

// A commit that gets an entry.
struct PlannedCommit {
  ObjectId commit;
  bool on_spine = false;
  // Of a commit on an anonymous timeline: its base (zero: nothing), and whether it goes on the anonymous timeline
  // that ends there, if one does: it is the heavy child.
  ObjectId base;
  bool is_heavy = false;
};

struct RefPlan {
  std::vector<PlannedCommit> commits;  // Parents before children.
  // Where a commit is missing the plan ends before the commit of the spine that needs it; why, in one line.
  std::string cut_short;
};

class RefPlanner {
 public:
  // All outlive it.
  RefPlanner(CommitGraph& graph, TreeDiffer& differ, Standings& standings)
      : graph_(graph), differ_(differ), standings_(standings) {}

  // `lane`: the ref's timeline where it has one.
  absl::StatusOr<RefMove> Classify(const std::optional<Lane>& lane, const ObjectId& to);

  // The entries that bring the spine in, each after its ancestors without an entry.
  absl::StatusOr<RefPlan> PlanSpine(const std::vector<ObjectId>& spine);

  // The anonymous entries that bring one commit in, itself the last; none where it has an entry.
  absl::StatusOr<RefPlan> PlanAside(const ObjectId& commit);

 private:
  absl::StatusOr<std::vector<ObjectId>> FirstParents(const ObjectId& to, ObjectId& from);
  absl::StatusOr<std::optional<std::vector<ObjectId>>> FindSpine(const ObjectId& from, const ObjectId& to);
  absl::StatusOr<bool> IsOlderThan(const ObjectId& commit, Revision revision);
  absl::Status AddAncestors(const ObjectId& commit, bool itself, absl::flat_hash_set<ObjectId>& seen,
                            std::vector<PlannedCommit>& out);
  absl::StatusOr<ObjectId> ChooseBase(const ObjectId& commit);
  absl::Status ChooseBases(std::vector<PlannedCommit>& commits);

  CommitGraph& graph_;
  TreeDiffer& differ_;
  Standings& standings_;
};

}  // namespace setpoint::storage
