#include "query/changed_resources.h"

#include <algorithm>
#include <utility>

#include "absl/container/btree_set.h"
#include "storage/projections/steps.h"
#include "storage/projections/versions.h"

namespace setpoint::query {
namespace {

using storage::Position;
using storage::ResourceId;
using storage::Revision;
using storage::StateItem;

// Rows of steps read at once: what is read in vain where the states turn out to be cheaper.
constexpr size_t kRowsAtOnce = 256;

// Entries of one timeline: after < revision ≤ upto.
struct Stretch {
  storage::TimelineId timeline;
  Revision after;
  Revision upto;
};

// What lies between two positions: down from each to the nearest point that both come from.
std::vector<Stretch> StretchesBetween(const View& view, Position from, Position to) {
  const std::vector<Position> left = view.catalog.timelines.Lineage(from);
  const std::vector<Position> right = view.catalog.timelines.Lineage(to);
  std::vector<Stretch> stretches;
  auto meeting = right.end();
  for (const Position& place : left) {
    meeting =
        std::find_if(right.begin(), right.end(), [&](const Position& at) { return at.timeline == place.timeline; });
    if (meeting != right.end()) {
      const auto [older, newer] = std::minmax(place.revision, meeting->revision);
      stretches.push_back({place.timeline, older, newer});
      break;
    }
    stretches.push_back({place.timeline, Revision(0), place.revision});
  }
  for (auto place = right.begin(); place != meeting; ++place) {
    stretches.push_back({place->timeline, Revision(0), place->revision});
  }
  return stretches;
}

absl::StatusOr<uint64_t> AliveAt(const View& view, Position position) {
  auto steps = storage::FindSteps(view.rows, position);
  if (!steps.ok()) return steps.status();
  return steps->has_value() ? (*steps)->alive : 0;
}

using Touched = absl::btree_set<ResourceId>;

// The resources that the stretches change; nothing once their steps are more than `limit`.
absl::StatusOr<std::optional<Touched>> TouchedBetween(const View& view, const std::vector<Stretch>& stretches,
                                                      uint64_t limit) {
  Touched touched;
  uint64_t count = 0;
  for (const Stretch& stretch : stretches) {
    for (Revision after = stretch.after; after < stretch.upto;) {
      auto rows = storage::ReadSteps(view.rows, stretch.timeline, after, stretch.upto, kRowsAtOnce);
      if (!rows.ok()) return rows.status();
      for (const storage::StepRow& row : *rows) {
        count += 1 + row.steps.size();
        for (const storage::Step& step : row.steps) {
          touched.insert(step.resource);
          if (!step.moved_from.IsNone()) touched.insert(step.moved_from);
        }
      }
      if (count > limit) return std::nullopt;
      if (rows->size() < kRowsAtOnce) break;
      after = rows->back().position.revision;
    }
  }
  return touched;
}

absl::StatusOr<std::optional<StateItem>> ItemAt(const View& view, ResourceId resource, Position position) {
  auto version = storage::FindVersion(view.rows, view.catalog.timelines, resource, position);
  if (!version.ok()) return version.status();
  if (!version->has_value() || !(*version)->IsAlive()) return std::nullopt;
  return StateItem{.resource = resource,
                   .revision = (*version)->position.revision,
                   .index = (*version)->index,
                   .format = (*version)->format,
                   .stale = (*version)->stale,
                   .content = (*version)->content,
                   .path = (*version)->path};
}

bool Differ(const std::optional<StateItem>& before, const std::optional<StateItem>& after) {
  if (!before || !after) return before.has_value() != after.has_value();
  return before->content != after->content || before->path != after->path || before->stale != after->stale;
}

absl::StatusOr<std::vector<ChangedResource>> CompareTouched(const View& view, const Touched& touched, Position from,
                                                            Position to) {
  std::vector<ChangedResource> changed;
  for (const ResourceId resource : touched) {
    auto before = ItemAt(view, resource, from);
    if (!before.ok()) return before.status();
    auto after = ItemAt(view, resource, to);
    if (!after.ok()) return after.status();
    if (Differ(*before, *after)) changed.push_back({resource, *before, *after});
  }
  return changed;
}

// Both by resource id.
std::vector<ChangedResource> CompareStates(const std::vector<StateItem>& before, const std::vector<StateItem>& after) {
  std::vector<ChangedResource> changed;
  auto left = before.begin();
  auto right = after.begin();
  while (left != before.end() || right != after.end()) {
    const bool has_left = left != before.end() && (right == after.end() || left->resource <= right->resource);
    const bool has_right = right != after.end() && (left == before.end() || right->resource <= left->resource);
    ChangedResource both{has_left ? left->resource : right->resource, std::nullopt, std::nullopt};
    if (has_left) both.before = *left++;
    if (has_right) both.after = *right++;
    if (Differ(both.before, both.after)) changed.push_back(both);
  }
  return changed;
}

}  // namespace

absl::StatusOr<std::vector<ChangedResource>> ReadChangedResources(const View& view, Position from, Position to) {
  auto alive_before = AliveAt(view, from);
  if (!alive_before.ok()) return alive_before.status();
  auto alive_after = AliveAt(view, to);
  if (!alive_after.ok()) return alive_after.status();
  auto touched = TouchedBetween(view, StretchesBetween(view, from, to), *alive_before + *alive_after);
  if (!touched.ok()) return touched.status();
  if (touched->has_value()) return CompareTouched(view, **touched, from, to);
  auto before = storage::ReadState(view.rows, view.catalog.timelines, from);
  if (!before.ok()) return before.status();
  auto after = storage::ReadState(view.rows, view.catalog.timelines, to);
  if (!after.ok()) return after.status();
  return CompareStates(*before, *after);
}

}  // namespace setpoint::query
