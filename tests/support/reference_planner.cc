#include "tests/support/reference_planner.h"

#include <algorithm>
#include <tuple>

#include "storage/base/limits.h"

namespace setpoint::test {

using storage::Cause;
using storage::ForkPoint;
using storage::ObjectId;
using storage::Revision;

namespace {

size_t DifferingPaths(const FileMap& left, const FileMap& right) {
  size_t count = 0;
  for (const auto& [path, file] : left) {
    const auto found = right.find(path);
    if (found == right.end() || found->second != file) ++count;
  }
  for (const auto& [path, file] : right) {
    if (!left.contains(path)) ++count;
  }
  return count;
}

}  // namespace

void ReferencePlanner::Observe(const ReferenceObservation& observation) {
  const size_t before = entries_.size();
  default_ref_ = observation.default_branch;
  if (const auto found = observation.owned.find(default_ref_); found != observation.owned.end()) {
    ObserveOwned(found->first, found->second);
  }
  for (const auto& [ref, tip] : observation.owned) {
    if (ref != default_ref_) ObserveOwned(ref, tip);
  }
  ObservePointing(observation);
  ObserveGone(observation);
  if (entries_.size() > before) entries_.back().batch_end = true;
}

void ReferencePlanner::ObserveOwned(const std::string& ref, const Id& tip) {
  const auto found = owned_.find(ref);
  if (found == owned_.end()) return FirstSeen(ref, tip);
  Lane& lane = lanes_[found->second - 1];
  if (!lane.deleted && lane.tip == tip) return;
  const bool back = lane.deleted;
  const Id old_tip = lane.tip;
  if (!back && Spine(old_tip, tip).has_value()) return Advance(found->second, tip);
  BeginMovement(tip, {});
  Visit(tip);
  ReferenceEntry& entry = Append(found->second, back ? Cause::kRefCreated : Cause::kReset, tip, true);
  if (!back) entry.commit_before = old_tip;
  lanes_[found->second - 1].deleted = false;
}

void ReferencePlanner::FirstSeen(const std::string& ref, const Id& tip) {
  std::vector<Id> spine;  // Newest first.
  Id at = tip;
  bool stands = StandsOwned(at);
  while (!stands) {
    spine.push_back(at);
    const std::vector<Id>& parents = source_.ParentsOf(at);
    if (parents.empty()) break;
    at = parents.front();
    stands = StandsOwned(at);
  }
  const ForkPoint base = stands ? ForkAt(at) : ForkPoint{};
  const uint32_t timeline = NewLane(ref, true, base);
  ReferenceEntry& created = Append(timeline, Cause::kRefCreated, base.commit, false);
  created.is_first = true;
  created.base = base;
  created.predecessor = base;
  owned_[ref] = timeline;
  std::reverse(spine.begin(), spine.end());
  BeginMovement(tip, spine);
  for (const Id& commit : spine) {
    VisitParents(commit);
    Append(timeline, Cause::kCommit, commit, true);
  }
}

void ReferencePlanner::Advance(uint32_t timeline, const Id& tip) {
  const std::vector<Id> spine = *Spine(lanes_[timeline - 1].tip, tip);
  const auto known = std::count_if(spine.begin(), spine.end(), [this](const Id& commit) { return Seen(commit); });
  if (static_cast<size_t>(known) > storage::kAdvanceKnownCommitsMax) {
    BeginMovement(tip, {});
    Visit(tip);
    Append(timeline, Cause::kAdvance, tip, true);
    return;
  }
  BeginMovement(tip, spine);
  for (const Id& commit : spine) {
    VisitParents(commit);
    Append(timeline, Cause::kCommit, commit, true);
  }
}

void ReferencePlanner::ObservePointing(const ReferenceObservation& observation) {
  std::vector<storage::PointerMove> moves;
  for (const auto& [ref, tip] : observation.pointing) {
    const Id old = pointers_.contains(ref) ? pointers_[ref] : Id{};
    if (old == tip) continue;
    BeginMovement(tip, {});
    Visit(tip);
    moves.push_back({ref, old, tip, {}});
    pointers_[ref] = tip;
  }
  for (auto pointer = pointers_.begin(); pointer != pointers_.end();) {
    if (observation.pointing.contains(pointer->first)) {
      ++pointer;
      continue;
    }
    moves.push_back({pointer->first, pointer->second, {}, {}});
    pointer = pointers_.erase(pointer);
  }
  if (moves.empty()) return;
  std::sort(moves.begin(), moves.end(), [](const auto& a, const auto& b) { return a.ref < b.ref; });
  ReferenceEntry entry;
  entry.cause = Cause::kRefs;
  entry.pointers = std::move(moves);
  entries_.push_back(std::move(entry));
}

void ReferencePlanner::ObserveGone(const ReferenceObservation& observation) {
  for (const auto& [ref, timeline] : owned_) {
    Lane& lane = lanes_[timeline - 1];
    if (lane.deleted || observation.owned.contains(ref)) continue;
    // Where everything is deleted the timeline stands at nothing, not at its last commit.
    ReferenceEntry& entry = Append(timeline, Cause::kRefDeleted, delete_on_vanish_ ? Id{} : lane.tip, false);
    lane.deleted = true;
    if (!delete_on_vanish_) continue;
    lane.tip = {};
    entry.changes = ReferenceChanges(lane.state, {});
    lane.state.clear();
    lane.origins.clear();
  }
}

std::optional<std::vector<ObjectId>> ReferencePlanner::Spine(const Id& old_tip, const Id& tip) {
  // Every ancestor of `tip`, parents before children, and whether old_tip can be reached from it.
  std::map<Id, bool> reaches;
  std::vector<Id> stack = {tip};
  while (!stack.empty()) {
    const Id at = stack.back();
    bool ready = true;
    bool reached = at == old_tip;
    for (const Id& parent : source_.ParentsOf(at)) {
      const auto known = reaches.find(parent);
      if (known == reaches.end()) {
        ready = false;
        stack.push_back(parent);
      } else {
        reached = reached || known->second;
      }
    }
    if (!ready) continue;
    reaches[at] = reached;
    stack.pop_back();
  }
  if (!reaches[tip]) return std::nullopt;
  std::vector<Id> spine;
  for (Id at = tip; at != old_tip;) {
    spine.push_back(at);
    for (const Id& parent : source_.ParentsOf(at)) {
      if (!reaches[parent]) continue;
      at = parent;
      break;
    }
  }
  std::reverse(spine.begin(), spine.end());
  return spine;
}

void ReferencePlanner::BeginMovement(const Id& tip, const std::vector<Id>& spine) {
  base_.clear();
  above_.clear();
  const std::set<Id> on_spine(spine.begin(), spine.end());
  std::set<Id> met;
  std::vector<Id> stack = {tip};
  while (!stack.empty()) {
    const Id at = stack.back();
    stack.pop_back();
    if (!met.insert(at).second) continue;
    for (const Id& parent : source_.ParentsOf(at)) stack.push_back(parent);
    if (Seen(at) || on_spine.contains(at)) continue;
    base_[at] = BaseOf(at);
    if (!base_[at].IsZero()) above_[base_[at]].push_back(at);
  }
}

ObjectId ReferencePlanner::BaseOf(const Id& commit) {
  const std::vector<Id>& parents = source_.ParentsOf(commit);
  if (parents.empty()) return {};
  if (parents.size() == 1) return parents.front();
  Id best;
  size_t fewest = SIZE_MAX;
  for (const Id& parent : parents) {
    const size_t count = DifferingPaths(source_.FilesOf(parent), source_.FilesOf(commit));
    if (count >= fewest) continue;
    fewest = count;
    best = parent;
  }
  return best;
}

size_t ReferencePlanner::DescendantsOf(const Id& commit) {
  size_t count = 0;
  std::vector<Id> stack = {commit};
  while (!stack.empty()) {
    const Id at = stack.back();
    stack.pop_back();
    const auto found = above_.find(at);
    if (found == above_.end()) continue;
    count += found->second.size();
    stack.insert(stack.end(), found->second.begin(), found->second.end());
  }
  return count;
}

void ReferencePlanner::VisitParents(const Id& commit) {
  const std::vector<Id>& parents = source_.ParentsOf(commit);
  for (size_t n = 1; n < parents.size(); ++n) Visit(parents[n]);
  if (!parents.empty()) Visit(parents.front());
}

// Depth first, parents 2, 3 … before 1, a commit after its parents. A stack of its own: histories are deep.
void ReferencePlanner::Visit(const Id& commit) {
  std::vector<Id> stack = {commit};
  while (!stack.empty()) {
    const Id at = stack.back();
    if (Seen(at)) {
      stack.pop_back();
      continue;
    }
    const std::vector<Id>& parents = source_.ParentsOf(at);
    std::vector<Id> order;
    for (size_t n = 1; n < parents.size(); ++n) order.push_back(parents[n]);
    if (!parents.empty()) order.push_back(parents.front());
    const auto next = std::find_if(order.begin(), order.end(), [this](const Id& parent) { return !Seen(parent); });
    if (next != order.end()) {
      stack.push_back(*next);
      continue;
    }
    AppendAnonymous(at);
    stack.pop_back();
  }
}

void ReferencePlanner::AppendAnonymous(const Id& commit) {
  const Id base = base_.at(commit);
  uint32_t timeline = 0;
  if (!base.IsZero()) {
    for (uint32_t n = 1; n <= lanes_.size(); ++n) {
      if (!lanes_[n - 1].owned && lanes_[n - 1].tip == base) timeline = n;
    }
    // The heavy child: of those without an entry.
    std::optional<std::tuple<size_t, Id>> heaviest;
    for (const Id& child : above_[base]) {
      if (Seen(child)) continue;
      const size_t weight = DescendantsOf(child);
      if (!heaviest.has_value() || weight > std::get<0>(*heaviest) ||
          (weight == std::get<0>(*heaviest) && child < std::get<1>(*heaviest))) {
        heaviest = {weight, child};
      }
    }
    if (timeline != 0 && std::get<1>(*heaviest) != commit) timeline = 0;
  }
  if (timeline != 0) {
    Append(timeline, Cause::kCommit, commit, true);
    return;
  }
  const ForkPoint fork = base.IsZero() ? ForkPoint{} : ForkAt(base);
  const std::vector<Id>& parents = source_.ParentsOf(commit);
  const ForkPoint predecessor = parents.empty() ? ForkPoint{} : ForkAt(parents.front());
  timeline = NewLane("~" + std::to_string(++anonymous_count_), false, fork);
  ReferenceEntry& entry = Append(timeline, Cause::kCommit, commit, true);
  entry.is_first = true;
  entry.base = fork;
  entry.predecessor = predecessor;
}

uint32_t ReferencePlanner::NewLane(const std::string& label, bool owned, const ForkPoint& base) {
  Lane lane;
  lane.label = label;
  lane.owned = owned;
  lane.tip = base.commit;
  if (!base.revision.IsNone()) {
    lane.depth = lanes_[entries_[base.revision.value - 1].timeline - 1].depth + 1;
    lane.state = state_.Of(base.commit);
    // The origins at exactly that position: replayed from its timeline's own entries and what it forked from.
    std::vector<std::pair<uint32_t, uint64_t>> lineage;
    for (uint64_t at = base.revision.value; at != 0;) {
      const uint32_t timeline = entries_[at - 1].timeline;
      lineage.emplace_back(timeline, at);
      const auto first = std::find_if(entries_.begin(), entries_.end(),
                                      [&](const ReferenceEntry& entry) { return entry.timeline == timeline; });
      at = first->base.revision.value;
    }
    for (auto step = lineage.rbegin(); step != lineage.rend(); ++step) {
      for (uint64_t at = 1; at <= step->second; ++at) {
        if (entries_[at - 1].timeline != step->first) continue;
        for (const ReferenceChange& change : entries_[at - 1].changes) {
          if (!change.moved_from.empty()) lane.origins.erase(change.moved_from);
          lane.origins.erase(change.key);
          if (change.operation != storage::Operation::kDeleted) lane.origins[change.key] = change.origin.value;
        }
      }
    }
  }
  lanes_.push_back(std::move(lane));
  return static_cast<uint32_t>(lanes_.size());
}

ForkPoint ReferencePlanner::ForkAt(const Id& commit) const {
  std::optional<std::tuple<int, uint32_t, uint64_t>> best;
  for (const uint64_t revision : positions_.at(commit)) {
    const Lane& lane = lanes_[entries_[revision - 1].timeline - 1];
    const int rank = !lane.owned ? 2 : lane.label == default_ref_ ? 0 : 1;
    const std::tuple<int, uint32_t, uint64_t> candidate = {rank, lane.depth, revision};
    if (!best.has_value() || candidate < *best) best = candidate;
  }
  return {Revision(std::get<2>(*best)), commit};
}

bool ReferencePlanner::StandsOwned(const Id& commit) const {
  const auto found = positions_.find(commit);
  if (found == positions_.end()) return false;
  return std::any_of(found->second.begin(), found->second.end(),
                     [this](uint64_t revision) { return lanes_[entries_[revision - 1].timeline - 1].owned; });
}

ReferenceEntry& ReferencePlanner::Append(uint32_t timeline, Cause cause, const Id& commit, bool moves_state) {
  ReferenceEntry& entry = entries_.emplace_back();
  entry.timeline = timeline;
  entry.label = lanes_[timeline - 1].label;
  entry.cause = cause;
  entry.commit = commit;
  if (moves_state) MoveState(timeline, commit, entry);
  Lane& lane = lanes_[timeline - 1];
  lane.tip = commit;
  lane.last = entries_.size();
  if (!commit.IsZero()) {
    std::vector<uint64_t>& positions = positions_[commit];
    if (positions.empty()) origins_[commit] = lane.origins;
    // A deletion that takes everything away is no position of the commit's state.
    positions.push_back(entries_.size());
  }
  return entry;
}

void ReferencePlanner::MoveState(uint32_t timeline, const Id& commit, ReferenceEntry& entry) {
  Lane& lane = lanes_[timeline - 1];
  const Id came_from = lane.tip;
  const ReferenceStateMap& after = state_.Of(commit);
  entry.changes = ReferenceChanges(lane.state, after);
  for (ReferenceChange& change : entry.changes) {
    if (!change.moved_from.empty()) lane.origins.erase(change.moved_from);
    lane.origins.erase(change.key);
    if (change.operation == storage::Operation::kDeleted) continue;
    const uint64_t origin = OriginOf(commit, change.key, came_from);
    change.origin = Revision(origin);
    lane.origins[change.key] = origin;
  }
  lane.state = after;
}

// The origin of the commit's version of a resource that changes in the entry being appended.
uint64_t ReferencePlanner::OriginOf(const Id& commit, const std::string& key, const Id& came_from) {
  if (Seen(commit)) return origins_.at(commit).at(key);
  const ReferenceResource& now = state_.Of(commit).at(key);
  std::vector<Id> parents = source_.ParentsOf(commit);
  const auto first = std::find(parents.begin(), parents.end(), came_from);
  if (first != parents.end()) std::rotate(parents.begin(), first, first + 1);
  for (const Id& parent : parents) {
    const ReferenceStateMap& state = state_.Of(parent);
    const auto found = state.find(key);
    if (found != state.end() && found->second.SameVersion(now)) return origins_.at(parent).at(key);
  }
  return entries_.size();
}

std::vector<uint64_t> ReferencePlanner::PositionsOf(const Id& commit) const {
  const auto found = positions_.find(commit);
  return found == positions_.end() ? std::vector<uint64_t>{} : found->second;
}

std::vector<ObjectId> ReferencePlanner::Commits() const {
  std::vector<Id> commits;
  for (const auto& [commit, positions] : positions_) commits.push_back(commit);
  return commits;
}

}  // namespace setpoint::test
