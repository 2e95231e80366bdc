// Turns one advertisement into planned entries, in the order of the log: the refs one after another (default branch,
// other owned by name, pointing by name, vanished), each planned when those before it have their numbers.
// One thread: the reader's.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "storage/git/mirror.h"
#include "storage/git/object_reader.h"
#include "storage/git/tree_diff.h"
#include "storage/ingest/commit_graph.h"
#include "storage/ingest/planned_entry.h"
#include "storage/ingest/ref_plan.h"
#include "storage/ingest/standings.h"
#include "storage/log/log_reader.h"
#include "storage/projections/catalog.h"
#include "storage/projections/repository_settings.h"

namespace setpoint::storage {

// The refs of an advertisement that a repository follows, peeled to commits and in the order in which they are taken.
struct FollowedRef {
  std::string name;
  ObjectId commit;
  std::vector<ObjectId> tag_objects;  // Outermost first.
};
struct FollowedRefs {
  std::vector<FollowedRef> owned;  // The default branch first.
  std::vector<FollowedRef> pointing;
  absl::flat_hash_set<std::string> advertised;  // Every name, followed or not: what is not here has vanished.
  std::vector<std::string> warnings;            // Refs that end at no commit.
};

class Planner {
 public:
  struct Inputs {
    const RepositorySettings& settings;
    const RowReader& rows;
    const Catalog& catalog;
    CommitGraph& graph;
    TreeDiffer& differ;
    ObjectReader& objects;
    // Commits at which a shallow source ended before and does not end now.
    const std::vector<ObjectId>& deepened;
    int64_t observed = 0;
    uint32_t decoder_version = 0;
  };
  // Takes an entry that has its number; not OK ends the plan with that status.
  using Emit = std::function<absl::Status(PlannedEntry)>;

  // The inputs outlive it.
  Planner(const Inputs& inputs, Emit emit);

  // Emits every entry of the advertisement. Refs that cannot go on end up in warnings(); an error is one of reading.
  absl::Status Run(const FollowedRefs& refs);

  const std::vector<std::string>& warnings() const { return warnings_; }
  // Called with the commits that the plan of the next ref brings in.
  std::function<void(uint64_t)> on_planned;

 private:
  absl::Status Heal();
  absl::Status Deepen();
  absl::StatusOr<bool> CanHeal(const Lane& lane);
  absl::Status MoveOwned(const FollowedRef& ref);
  absl::Status FirstSeen(const FollowedRef& ref, const std::optional<Lane>& lane, const RefMove& move);
  absl::Status Advance(const Lane& lane, const RefMove& move);
  absl::Status Jump(const Lane& lane, const RefMove& move);  // Reset and back.
  absl::Status MovePointing(const std::vector<FollowedRef>& refs);
  absl::Status Vanish(const FollowedRefs& refs);

  absl::StatusOr<RefPlan> PlanAndWarn(std::string_view ref, absl::StatusOr<RefPlan> plan);
  absl::Status EmitPlan(TimelineId timeline, const RefPlan& plan);
  absl::Status EmitAside(const PlannedCommit& planned);
  absl::Status EmitCommit(TimelineId timeline, Cause cause, const ObjectId& commit);
  absl::StatusOr<size_t> KnownPrefix(const Lane& lane, const std::vector<ObjectId>& spine);
  absl::StatusOr<bool> BegunInThisBatch(const Lane& lane);
  absl::StatusOr<bool> IsOlder(Position position);
  absl::Status Redecode(TimelineId timeline);

  PlannedEntry NewEntry(Cause cause) const;
  absl::Status FillCommit(PlannedEntry& planned, const ObjectId& commit, const ObjectId& before_commit,
                          Position before);
  absl::Status FillDeletions(PlannedEntry& planned, const ObjectId& tip);
  absl::StatusOr<TimelineBirth> Birth(std::string_view ref, const ObjectId& base, const ObjectId& predecessor,
                                      Position& base_position);
  absl::Status Hand(PlannedEntry planned, bool ref_deleted = false);
  absl::Status Finish();

  const Inputs inputs_;
  const Emit emit_;
  Standings standings_;
  RefPlanner ref_planner_;
  // Held back until it is known whether it ends the batch.
  std::optional<PlannedEntry> held_;
  std::vector<std::string> warnings_;
};

// Picks the followed refs of an advertisement and peels them (tag objects are read from the graph's mirror).
absl::StatusOr<FollowedRefs> PickRefs(const Advertisement& advertisement, const RepositorySettings& settings,
                                      CommitGraph& graph);

}  // namespace setpoint::storage
