#include "storage/ingest/ref_plan.h"
#include "storage/base/concat.h"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

namespace setpoint::storage {
namespace {

// Parents in the order in which they are brought in: 2, 3 … , then 1.
size_t ParentInOrder(size_t step, size_t count) { return step + 1 < count ? step + 1 : 0; }

}  // namespace

absl::StatusOr<RefMove> RefPlanner::Classify(const std::optional<Lane>& lane, const ObjectId& to) {
  RefMove move;
  move.to = to;
  // A timeline that stands at nothing was begun by a run that was interrupted right after: it is still first seen.
  if (!lane || (lane->tip.IsZero() && !lane->deleted)) {
    move.kind = RefMove::Kind::kFirstSeen;
    absl::StatusOr<std::vector<ObjectId>> spine = FirstParents(to, move.from);
    if (!spine.ok()) return spine.status();
    move.spine = *std::move(spine);
    return move;
  }
  move.from = lane->tip;
  if (lane->deleted) {
    move.kind = RefMove::Kind::kBack;
    return move;
  }
  if (lane->tip == to) return move;
  absl::StatusOr<std::optional<std::vector<ObjectId>>> spine = FindSpine(move.from, to);
  if (!spine.ok()) return spine.status();
  move.kind = spine->has_value() ? RefMove::Kind::kAdvance : RefMove::Kind::kReset;
  if (spine->has_value()) move.spine = **std::move(spine);
  return move;
}

// Down N's first parents to the nearest commit on an owned timeline, which `from` becomes.
absl::StatusOr<std::vector<ObjectId>> RefPlanner::FirstParents(const ObjectId& to, ObjectId& from) {
  std::vector<ObjectId> spine;
  ObjectId commit = to;
  while (true) {
    absl::StatusOr<bool> is_owned = standings_.StandsOnOwned(commit);
    if (!is_owned.ok()) return is_owned.status();
    if (*is_owned) {
      from = commit;
      break;
    }
    absl::StatusOr<const CommitLinks*> links = graph_.Links(commit);
    if (!links.ok()) return links.status();
    spine.push_back(commit);
    if ((*links)->parents.empty()) break;
    commit = (*links)->parents.front();
  }
  std::reverse(spine.begin(), spine.end());
  return spine;
}

// Parents have lower revisions than children: what stands before `revision` cannot reach a commit that begins there.
absl::StatusOr<bool> RefPlanner::IsOlderThan(const ObjectId& commit, Revision revision) {
  absl::StatusOr<std::vector<Position>> positions = standings_.Of(commit);
  if (!positions.ok()) return positions.status();
  return !positions->empty() && positions->front().revision < revision;
}

// From `to` by the lowest-numbered parent that reaches `from`, down to it. Nothing where none does. An iterative
// depth-first search that settles each commit once.
absl::StatusOr<std::optional<std::vector<ObjectId>>> RefPlanner::FindSpine(const ObjectId& from, const ObjectId& to) {
  absl::StatusOr<std::vector<Position>> origin = standings_.Of(from);
  if (!origin.ok()) return origin.status();
  const Revision floor = origin->empty() ? Revision() : origin->front().revision;
  struct Frame {
    ObjectId commit;
    const CommitLinks* links;
    size_t next_parent = 0;
  };
  absl::flat_hash_set<ObjectId> hopeless;
  std::vector<Frame> path;
  const auto enter = [&](const ObjectId& commit) -> absl::Status {
    absl::StatusOr<bool> is_older = IsOlderThan(commit, floor);
    if (!is_older.ok()) return is_older.status();
    absl::StatusOr<const CommitLinks*> links = *is_older ? nullptr : graph_.Links(commit);
    if (*is_older || absl::IsNotFound(links.status())) {
      hopeless.insert(commit);
      return absl::OkStatus();
    }
    if (!links.ok()) return links.status();
    path.push_back({commit, *links});
    return absl::OkStatus();
  };
  if (absl::Status status = enter(to); !status.ok()) return status;
  while (!path.empty()) {
    Frame& frame = path.back();
    if (frame.next_parent == frame.links->parents.size()) {
      hopeless.insert(frame.commit);
      path.pop_back();
      continue;
    }
    const ObjectId parent = frame.links->parents[frame.next_parent++];
    if (parent == from) {
      std::vector<ObjectId> spine;
      for (auto step = path.rbegin(); step != path.rend(); ++step) spine.push_back(step->commit);
      return spine;
    }
    if (hopeless.contains(parent)) continue;
    if (absl::Status status = enter(parent); !status.ok()) return status;
  }
  return std::nullopt;
}

absl::Status RefPlanner::AddAncestors(const ObjectId& commit, bool itself, absl::flat_hash_set<ObjectId>& seen,
                                      std::vector<PlannedCommit>& out) {
  struct Frame {
    ObjectId commit;
    const CommitLinks* links;
    size_t step = 0;
  };
  std::vector<Frame> path;
  const auto enter = [&](const ObjectId& one) -> absl::Status {
    if (seen.contains(one)) return absl::OkStatus();
    absl::StatusOr<bool> has_entry = standings_.HasEntry(one);
    if (!has_entry.ok()) return has_entry.status();
    if (*has_entry) return absl::OkStatus();
    absl::StatusOr<const CommitLinks*> links = graph_.Links(one);
    if (!links.ok()) return links.status();
    seen.insert(one);
    path.push_back({one, *links});
    return absl::OkStatus();
  };
  absl::StatusOr<const CommitLinks*> links = graph_.Links(commit);
  if (!links.ok()) return links.status();
  const size_t first_out = out.size();
  absl::Status status = absl::OkStatus();
  if (itself) {
    status = enter(commit);
  } else {
    path.push_back({commit, *links});
  }
  while (status.ok() && !path.empty()) {
    Frame& frame = path.back();
    const size_t count = frame.links->parents.size();
    if (frame.step < count) {
      status = enter(frame.links->parents[ParentInOrder(frame.step++, count)]);
      continue;
    }
    if (itself || path.size() > 1)
      out.push_back({.commit = frame.commit, .on_spine = false, .base = {}, .is_heavy = false});
    path.pop_back();
  }
  // What was gathered for a commit that cannot come in is of no use.
  if (!status.ok()) out.resize(first_out);
  return status;
}

absl::StatusOr<ObjectId> RefPlanner::ChooseBase(const ObjectId& commit) {
  absl::StatusOr<const CommitLinks*> links = graph_.Links(commit);
  if (!links.ok()) return links.status();
  const std::vector<ObjectId>& parents = (*links)->parents;
  if (parents.empty()) return ObjectId{};
  if (parents.size() == 1) return parents.front();
  ObjectId base = parents.front();
  size_t fewest = std::numeric_limits<size_t>::max();
  for (const ObjectId& parent : parents) {
    absl::StatusOr<const CommitLinks*> parent_links = graph_.Links(parent);
    if (!parent_links.ok()) return parent_links.status();
    absl::StatusOr<size_t> differing = differ_.Count((*parent_links)->tree, (*links)->tree, fewest);
    // A missing tree: the entry itself will say so when its difference is made.
    if (absl::IsNotFound(differing.status())) return parents.front();
    if (!differing.ok()) return differing.status();
    if (*differing < fewest) {
      fewest = *differing;
      base = parent;
    }
    if (fewest == 0) break;
  }
  return base;
}

// Bases, and of the children of each base the heavy one: that with most descendants in the forest of bases; tie: the
// smaller id.
absl::Status RefPlanner::ChooseBases(std::vector<PlannedCommit>& commits) {
  absl::flat_hash_map<ObjectId, uint64_t> weights;
  for (PlannedCommit& planned : commits) {
    if (planned.on_spine) continue;
    absl::StatusOr<ObjectId> base = ChooseBase(planned.commit);
    if (!base.ok()) return base.status();
    planned.base = *base;
    weights[planned.commit] = 1;
  }
  absl::flat_hash_map<ObjectId, PlannedCommit*> heavy;
  for (auto planned = commits.rbegin(); planned != commits.rend(); ++planned) {
    if (planned->on_spine) continue;
    const uint64_t weight = weights[planned->commit];
    if (const auto base = weights.find(planned->base); base != weights.end()) base->second += weight;
    PlannedCommit*& best = heavy[planned->base];
    const bool is_heavier = best == nullptr || weight > weights[best->commit] ||
                            (weight == weights[best->commit] && planned->commit < best->commit);
    if (is_heavier) best = &*planned;
  }
  for (const auto& [base, planned] : heavy) planned->is_heavy = !base.IsZero();
  return absl::OkStatus();
}

absl::StatusOr<RefPlan> RefPlanner::PlanSpine(const std::vector<ObjectId>& spine) {
  RefPlan plan;
  absl::flat_hash_set<ObjectId> seen;
  for (const ObjectId& commit : spine) {
    absl::Status status = AddAncestors(commit, /*itself=*/false, seen, plan.commits);
    if (absl::IsNotFound(status)) {
      plan.cut_short = Concat("stands before commit ", commit.Hex(), ": ", status.message());
      break;
    }
    if (!status.ok()) return status;
    seen.insert(commit);
    plan.commits.push_back({.commit = commit, .on_spine = true, .base = {}, .is_heavy = false});
  }
  if (absl::Status status = ChooseBases(plan.commits); !status.ok()) return status;
  return plan;
}

absl::StatusOr<RefPlan> RefPlanner::PlanAside(const ObjectId& commit) {
  RefPlan plan;
  absl::flat_hash_set<ObjectId> seen;
  absl::Status status = AddAncestors(commit, /*itself=*/true, seen, plan.commits);
  if (absl::IsNotFound(status)) {
    plan.cut_short = Concat("cannot come to commit ", commit.Hex(), ": ", status.message());
  } else if (!status.ok()) {
    return status;
  }
  if (absl::Status bases = ChooseBases(plan.commits); !bases.ok()) return bases;
  return plan;
}

}  // namespace setpoint::storage
