#include "storage/ingest/planner.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "storage/base/concat.h"
#include "storage/base/limits.h"
#include "storage/formats/decoder.h"
#include "storage/ingest/tree_lookup.h"
#include "storage/projections/holds.h"
#include "storage/projections/positions.h"

namespace setpoint::storage {

Planner::Planner(const Inputs& inputs, Emit emit)
    : inputs_(inputs),
      emit_(std::move(emit)),
      standings_(inputs.rows, inputs.catalog, inputs.settings.name),
      ref_planner_(inputs.graph, inputs.differ, standings_) {}

absl::Status Planner::Run(const FollowedRefs& refs) {
  warnings_ = refs.warnings;
  if (absl::Status status = Heal(); !status.ok()) return status;
  if (absl::Status status = Deepen(); !status.ok()) return status;
  for (const FollowedRef& ref : refs.owned) {
    const absl::Status status = MoveOwned(ref);
    // A commit or tree that the source lacks stops this ref alone; the next fetch may bring it.
    if (absl::IsNotFound(status)) {
      warnings_.push_back(Concat(ref.name, " is degraded: ", status.message()));
    } else if (!status.ok()) {
      return status;
    }
  }
  if (absl::Status status = MovePointing(refs.pointing); !status.ok()) return status;
  if (absl::Status status = Vanish(refs); !status.ok()) return status;
  return Finish();
}

// Blobs that were missing and are here now: the timelines whose newest state lacks them say so before they move on.
absl::Status Planner::Heal() {
  for (const Lane& lane : standings_.OwnedLanes()) {
    absl::StatusOr<bool> can_heal = CanHeal(lane);
    if (!can_heal.ok()) return can_heal.status();
    if (!*can_heal) continue;
    if (absl::Status status = Redecode(lane.id); !status.ok()) return status;
    if (absl::Status status = EmitCommit(lane.id, Cause::kHealed, lane.tip); !status.ok()) return status;
  }
  return absl::OkStatus();
}

// Ancestors that a shallow source lacked get their entries now, on anonymous timelines; nothing is rewritten.
absl::Status Planner::Deepen() {
  for (const ObjectId& commit : inputs_.deepened) {
    absl::StatusOr<bool> has_entry = standings_.HasEntry(commit);
    if (!has_entry.ok()) return has_entry.status();
    if (!*has_entry) continue;
    absl::StatusOr<const CommitLinks*> links = inputs_.graph.Links(commit);
    if (!links.ok()) return links.status();
    for (const ObjectId& parent : (*links)->parents) {
      absl::StatusOr<RefPlan> plan = PlanAndWarn(commit.Hex(), ref_planner_.PlanAside(parent));
      if (!plan.ok()) return plan.status();
      const absl::Status status = EmitPlan({}, *plan);
      if (absl::IsNotFound(status)) {
        warnings_.emplace_back(status.message());
      } else if (!status.ok()) {
        return status;
      }
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> Planner::CanHeal(const Lane& lane) {
  if (lane.deleted || lane.tip.IsZero()) return false;
  const Catalog& catalog = inputs_.catalog;
  const Position tip{lane.id, lane.last};
  absl::StatusOr<std::vector<PathId>> undecoded = FindUndecodedPaths(inputs_.rows, catalog.timelines, tip);
  if (!undecoded.ok()) return undecoded.status();
  for (const PathId path : *undecoded) {
    absl::StatusOr<Holding> holding = FindHolding(inputs_.rows, catalog.timelines, path, tip);
    if (!holding.ok()) return holding.status();
    if (holding->outcome != static_cast<uint8_t>(Outcome::kMissing)) continue;
    absl::StatusOr<const CommitLinks*> links = inputs_.graph.Links(lane.tip);
    if (!links.ok()) return links.status();
    absl::StatusOr<TreeLeaf> leaf = FindInTree(inputs_.objects, (*links)->tree, catalog.names.Path(path));
    // A tip that upstream has dropped cannot heal.
    if (absl::IsNotFound(leaf.status())) return false;
    if (!leaf.ok()) return leaf.status();
    absl::StatusOr<std::optional<ObjectReader::Header>> header = inputs_.objects.ReadHeader(leaf->blob);
    if (!header.ok()) return header.status();
    if (header->has_value()) return true;
  }
  return false;
}

absl::Status Planner::MoveOwned(const FollowedRef& ref) {
  const std::optional<Lane> lane = standings_.FindOwned(ref.name);
  absl::StatusOr<RefMove> move = ref_planner_.Classify(lane, ref.commit);
  if (!move.ok()) return move.status();
  switch (move->kind) {
    case RefMove::Kind::kNone:
      return absl::OkStatus();
    case RefMove::Kind::kFirstSeen:
      return FirstSeen(ref, lane, *move);
    case RefMove::Kind::kAdvance:
      return Advance(*lane, *move);
    case RefMove::Kind::kReset:
    case RefMove::Kind::kBack:
      return Jump(*lane, *move);
  }
  return absl::OkStatus();
}

absl::Status Planner::FirstSeen(const FollowedRef& ref, const std::optional<Lane>& lane, const RefMove& move) {
  TimelineId timeline;
  if (lane) {
    timeline = lane->id;
  } else {
    PlannedEntry planned = NewEntry(Cause::kRefCreated);
    Position base;
    absl::StatusOr<TimelineBirth> birth = Birth(ref.name, move.from, move.from, base);
    if (!birth.ok()) return birth.status();
    planned.entry.birth = *std::move(birth);
    planned.entry.commit = move.from;
    if (!move.from.IsZero()) {
      if (absl::Status status = FillCommit(planned, move.from, move.from, base); !status.ok()) return status;
      // It shows what was there as it was decoded then.
      absl::StatusOr<uint32_t> version = standings_.DecoderVersionAt(base);
      if (!version.ok()) return version.status();
      planned.entry.decoder_version = *version;
    }
    timeline = standings_.Begin(ref.name, base);
    planned.entry.timeline = timeline;
    if (absl::Status status = Hand(std::move(planned)); !status.ok()) return status;
  }
  absl::StatusOr<RefPlan> plan = PlanAndWarn(ref.name, ref_planner_.PlanSpine(move.spine));
  if (!plan.ok()) return plan.status();
  return EmitPlan(timeline, *plan);
}

absl::Status Planner::Advance(const Lane& lane, const RefMove& move) {
  std::vector<ObjectId> spine = move.spine;
  absl::StatusOr<size_t> known = KnownPrefix(lane, spine);
  if (!known.ok()) return known.status();
  if (*known > kAdvanceKnownCommitsMax) {
    const ObjectId commit = spine[*known - 1];
    if (absl::Status status = EmitCommit(lane.id, Cause::kAdvance, commit); !status.ok()) return status;
    spine.erase(spine.begin(), spine.begin() + static_cast<std::ptrdiff_t>(*known));
  }
  absl::StatusOr<RefPlan> plan = PlanAndWarn(lane.ref, ref_planner_.PlanSpine(spine));
  if (!plan.ok()) return plan.status();
  return EmitPlan(lane.id, *plan);
}

// How many commits at the head of a spine one `advance` entry may pass: those that stand elsewhere. None for a ref
// that this very batch saw first: each of its commits gets an entry, also when the batch was interrupted.
absl::StatusOr<size_t> Planner::KnownPrefix(const Lane& lane, const std::vector<ObjectId>& spine) {
  size_t known = 0;
  for (; known < spine.size(); ++known) {
    absl::StatusOr<bool> has_entry = standings_.HasEntry(spine[known]);
    if (!has_entry.ok()) return has_entry.status();
    if (!*has_entry) break;
  }
  if (known <= kAdvanceKnownCommitsMax) return known;
  absl::StatusOr<bool> begun = BegunInThisBatch(lane);
  if (!begun.ok()) return begun.status();
  return *begun ? 0 : known;
}

absl::StatusOr<bool> Planner::BegunInThisBatch(const Lane& lane) {
  LogScan log(inputs_.rows, lane.first, inputs_.catalog.applied());
  while (log.Next()) {
    const Entry& entry = log.entry();
    if (!entry.batch_end) continue;
    const bool is_ours = entry.timeline.IsNone() ? entry.repository == inputs_.settings.name
                                                 : standings_.LaneOf(entry.timeline).repository == lane.repository;
    if (is_ours) return false;
  }
  if (!log.status().ok()) return log.status();
  return true;
}

absl::Status Planner::Jump(const Lane& lane, const RefMove& move) {
  absl::StatusOr<RefPlan> plan = ref_planner_.PlanAside(move.to);
  if (!plan.ok()) return plan.status();
  if (!plan->cut_short.empty()) return absl::NotFoundError(plan->cut_short);
  if (absl::Status status = EmitPlan({}, *plan); !status.ok()) return status;
  if (move.kind == RefMove::Kind::kReset) return EmitCommit(lane.id, Cause::kReset, move.to);
  return EmitCommit(lane.id, Cause::kRefCreated, move.to);
}

absl::Status Planner::MovePointing(const std::vector<FollowedRef>& refs) {
  const RepositoryId repository = inputs_.catalog.names.FindRepository(inputs_.settings.name);
  std::vector<Pointer> before;
  if (!repository.IsNone()) {
    absl::StatusOr<std::vector<Pointer>> known = ListPointers(inputs_.rows, repository, inputs_.catalog.applied());
    if (!known.ok()) return known.status();
    before = *std::move(known);
  }
  absl::flat_hash_map<std::string, ObjectId> old_commits;
  for (const Pointer& pointer : before) old_commits.emplace(pointer.ref, pointer.commit);
  PlannedEntry planned = NewEntry(Cause::kRefs);
  planned.entry.repository = inputs_.settings.name;
  for (const FollowedRef& ref : refs) {
    const auto known = old_commits.find(ref.name);
    const ObjectId old_commit = known == old_commits.end() ? ObjectId{} : known->second;
    if (known != old_commits.end()) old_commits.erase(known);
    if (old_commit == ref.commit) continue;
    absl::StatusOr<RefPlan> plan = ref_planner_.PlanAside(ref.commit);
    if (!plan.ok()) return plan.status();
    absl::Status status = plan->cut_short.empty() ? EmitPlan({}, *plan) : absl::NotFoundError(plan->cut_short);
    if (absl::IsNotFound(status)) {
      warnings_.push_back(Concat(ref.name, " is degraded: ", status.message()));
      continue;
    }
    if (!status.ok()) return status;
    planned.entry.pointers.push_back({ref.name, old_commit, ref.commit, ref.tag_objects});
    for (const ObjectId& tag : ref.tag_objects) {
      absl::StatusOr<RawObject> raw = inputs_.graph.Raw(tag);
      if (!raw.ok()) return raw.status();
      planned.tag_bytes.emplace_back(tag, std::move(raw->bytes));
    }
  }
  for (const auto& [ref, commit] : old_commits) planned.entry.pointers.push_back({ref, commit, {}, {}});
  if (planned.entry.pointers.empty()) return absl::OkStatus();
  std::sort(planned.entry.pointers.begin(), planned.entry.pointers.end(),
            [](const PointerMove& a, const PointerMove& b) { return a.ref < b.ref; });
  return Hand(std::move(planned));
}

absl::Status Planner::Vanish(const FollowedRefs& refs) {
  std::vector<Lane> gone = standings_.OwnedLanes();
  std::erase_if(gone, [&refs](const Lane& lane) { return lane.deleted || refs.advertised.contains(lane.ref); });
  std::sort(gone.begin(), gone.end(), [](const Lane& a, const Lane& b) { return a.ref < b.ref; });
  for (const Lane& lane : gone) {
    if (inputs_.settings.delete_on_vanish) {
      if (absl::Status status = Redecode(lane.id); !status.ok()) return status;
    }
    absl::StatusOr<uint32_t> version = standings_.DecoderVersionAt({lane.id, standings_.LaneOf(lane.id).last});
    if (!version.ok()) return version.status();
    PlannedEntry planned = NewEntry(Cause::kRefDeleted);
    planned.entry.timeline = lane.id;
    planned.entry.decoder_version = *version;
    planned.before = {lane.id, standings_.LaneOf(lane.id).last};
    planned.before_commit = lane.tip;
    absl::Status filled = absl::OkStatus();
    if (!lane.tip.IsZero()) {
      filled = inputs_.settings.delete_on_vanish ? FillDeletions(planned, lane.tip)
                                                 : FillCommit(planned, lane.tip, lane.tip, planned.before);
    }
    if (!filled.ok()) return filled;
    if (absl::Status status = Hand(std::move(planned), /*ref_deleted=*/true); !status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::StatusOr<RefPlan> Planner::PlanAndWarn(std::string_view ref, absl::StatusOr<RefPlan> plan) {
  if (!plan.ok()) return plan;
  if (!plan->cut_short.empty()) warnings_.push_back(Concat(ref, " is degraded: it ", plan->cut_short));
  if (on_planned) on_planned(plan->commits.size());
  return plan;
}

absl::Status Planner::EmitPlan(TimelineId timeline, const RefPlan& plan) {
  for (const PlannedCommit& planned : plan.commits) {
    const absl::Status status =
        planned.on_spine ? EmitCommit(timeline, Cause::kCommit, planned.commit) : EmitAside(planned);
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status Planner::EmitAside(const PlannedCommit& planned_commit) {
  TimelineId timeline;
  if (planned_commit.is_heavy) {
    absl::StatusOr<TimelineId> ending = standings_.AnonymousEndingAt(planned_commit.base);
    if (!ending.ok()) return ending.status();
    timeline = *ending;
  }
  if (!timeline.IsNone()) return EmitCommit(timeline, Cause::kCommit, planned_commit.commit);
  Position before;
  absl::StatusOr<const CommitLinks*> links = inputs_.graph.Links(planned_commit.commit);
  if (!links.ok()) return links.status();
  const ObjectId first_parent = (*links)->parents.empty() ? ObjectId{} : (*links)->parents.front();
  absl::StatusOr<TimelineBirth> birth = Birth({}, planned_commit.base, first_parent, before);
  if (!birth.ok()) return birth.status();
  absl::StatusOr<bool> is_older = IsOlder(before);
  if (!is_older.ok()) return is_older.status();
  // A timeline that forks where an older decoder stands begins with what the present one makes of it.
  PlannedEntry planned = NewEntry(*is_older ? Cause::kRedecoded : Cause::kCommit);
  planned.entry.birth = *std::move(birth);
  const ObjectId commit = *is_older ? planned_commit.base : planned_commit.commit;
  absl::Status status = FillCommit(planned, commit, planned_commit.base, before);
  if (!status.ok()) return status;
  timeline = standings_.Begin({}, before);
  planned.entry.timeline = timeline;
  status = Hand(std::move(planned));
  if (!status.ok() || !*is_older) return status;
  return EmitCommit(timeline, Cause::kCommit, planned_commit.commit);
}

absl::StatusOr<bool> Planner::IsOlder(Position position) {
  if (position.timeline.IsNone()) return false;
  absl::StatusOr<uint32_t> version = standings_.DecoderVersionAt(position);
  if (!version.ok()) return version.status();
  if (*version > inputs_.decoder_version) {
    return absl::FailedPreconditionError(Concat("r", position.revision.value, " was decoded by version ", *version,
                                                " of the decoders and this program has version ",
                                                inputs_.decoder_version, "; use a newer setpoint"));
  }
  return *version < inputs_.decoder_version;
}

// Where a timeline's newest state was decoded by an older decoder: the present one's first.
absl::Status Planner::Redecode(TimelineId timeline) {
  const Lane lane = standings_.LaneOf(timeline);
  if (lane.tip.IsZero()) return absl::OkStatus();
  absl::StatusOr<bool> is_older = IsOlder({timeline, lane.last});
  if (!is_older.ok()) return is_older.status();
  if (!*is_older) return absl::OkStatus();
  PlannedEntry planned = NewEntry(Cause::kRedecoded);
  planned.entry.timeline = timeline;
  absl::Status status = FillCommit(planned, lane.tip, lane.tip, {timeline, lane.last});
  return status.ok() ? Hand(std::move(planned)) : status;
}

// One entry of a timeline that comes to `commit`.
absl::Status Planner::EmitCommit(TimelineId timeline, Cause cause, const ObjectId& commit) {
  if (absl::Status redecoded = Redecode(timeline); !redecoded.ok()) return redecoded;
  const Lane lane = standings_.LaneOf(timeline);
  PlannedEntry planned = NewEntry(cause);
  planned.entry.timeline = timeline;
  if (cause == Cause::kReset) planned.entry.commit_before = lane.tip;
  if (absl::Status status = FillCommit(planned, commit, lane.tip, {timeline, lane.last}); !status.ok()) return status;
  return Hand(std::move(planned));
}

PlannedEntry Planner::NewEntry(Cause cause) const {
  PlannedEntry planned;
  planned.entry.cause = cause;
  planned.entry.observed = inputs_.observed;
  planned.entry.decoder_version = inputs_.decoder_version;
  return planned;
}

// The commit, its facts, and the paths in which its tree differs from that of the state before.
absl::Status Planner::FillCommit(PlannedEntry& planned, const ObjectId& commit, const ObjectId& before_commit,
                                 Position before) {
  planned.entry.commit = commit;
  planned.before = before;
  planned.before_commit = before_commit;
  absl::StatusOr<const CommitLinks*> links = inputs_.graph.Links(commit);
  if (!links.ok()) return links.status();
  planned.facts = CommitFacts{(*links)->parents, (*links)->committed};
  absl::StatusOr<bool> has_entry = standings_.HasEntry(commit);
  if (!has_entry.ok()) return has_entry.status();
  if (!*has_entry) {
    absl::StatusOr<RawObject> raw = inputs_.graph.Raw(commit);
    if (!raw.ok()) return raw.status();
    planned.commit_bytes = std::move(raw->bytes);
  }
  if (commit == before_commit) return absl::OkStatus();
  ObjectId before_tree;
  if (!before_commit.IsZero()) {
    absl::StatusOr<const CommitLinks*> before_links = inputs_.graph.Links(before_commit);
    if (!before_links.ok()) return before_links.status();
    before_tree = (*before_links)->tree;
  }
  absl::StatusOr<std::vector<PathDelta>> deltas = inputs_.differ.Diff(before_tree, (*links)->tree);
  if (!deltas.ok()) return deltas.status();
  planned.deltas = *std::move(deltas);
  return absl::OkStatus();
}

// The timeline stands at nothing afterwards: every path of the tip's tree goes.
absl::Status Planner::FillDeletions(PlannedEntry& planned, const ObjectId& tip) {
  absl::StatusOr<const CommitLinks*> links = inputs_.graph.Links(tip);
  if (!links.ok()) return links.status();
  absl::StatusOr<std::vector<PathDelta>> deltas = inputs_.differ.Diff((*links)->tree, {});
  if (!deltas.ok()) return deltas.status();
  planned.deltas = *std::move(deltas);
  return absl::OkStatus();
}

absl::StatusOr<TimelineBirth> Planner::Birth(std::string_view ref, const ObjectId& base, const ObjectId& predecessor,
                                             Position& base_position) {
  TimelineBirth birth;
  birth.repository = inputs_.settings.name;
  birth.ref = std::string(ref);
  base_position = {};
  if (!base.IsZero()) {
    absl::StatusOr<Position> position = standings_.ForkPosition(base);
    if (!position.ok()) return position.status();
    base_position = *position;
    birth.base = {position->revision, base};
  }
  if (!predecessor.IsZero()) {
    absl::StatusOr<Position> position = standings_.ForkPosition(predecessor);
    if (!position.ok()) return position.status();
    if (!position->revision.IsNone()) birth.predecessor = {position->revision, predecessor};
  }
  return birth;
}

absl::Status Planner::Hand(PlannedEntry planned, bool ref_deleted) {
  planned.revision = standings_.Record(
      planned.entry.timeline,
      {.commit = planned.entry.commit, .decoder_version = planned.entry.decoder_version, .ref_deleted = ref_deleted});
  std::optional<PlannedEntry> ready = std::exchange(held_, std::move(planned));
  return ready ? emit_(*std::move(ready)) : absl::OkStatus();
}

absl::Status Planner::Finish() {
  if (!held_) return absl::OkStatus();
  held_->entry.batch_end = true;
  return emit_(*std::exchange(held_, std::nullopt));
}

}  // namespace setpoint::storage
