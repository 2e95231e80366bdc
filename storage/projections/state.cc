#include "storage/projections/state.h"

#include <algorithm>
#include <iterator>
#include <limits>

#include "absl/container/flat_hash_map.h"
#include "storage/projections/checkpoints.h"
#include "storage/projections/steps.h"

namespace setpoint::storage {
namespace {

// Where a replay begins: a checkpoint's items, and the stretches of steps on top of it, oldest first.
struct ReplayPlan {
  std::vector<StateItem> items;
  std::vector<std::pair<Position, Revision>> stretches;  // (last position, after) of one timeline each.
};

absl::StatusOr<ReplayPlan> PlanReplay(const RowReader& rows, const Timelines& timelines, Position at) {
  ReplayPlan plan;
  for (const Position& position : timelines.Lineage(at)) {
    absl::StatusOr<std::optional<Checkpoint>> checkpoint = LastCheckpoint(rows, position.timeline, position.revision);
    if (!checkpoint.ok()) return checkpoint.status();
    if (checkpoint->has_value()) {
      plan.stretches.emplace_back(position, (*checkpoint)->revision);
      plan.items = std::move((*checkpoint)->items);
      break;
    }
    plan.stretches.emplace_back(position, Revision(0));
  }
  std::reverse(plan.stretches.begin(), plan.stretches.end());
  return plan;
}

// The steps replayed, newest decision for each resource: an item, or nothing where it is no more.
using Decisions = absl::flat_hash_map<ResourceId, std::optional<StateItem>>;

void Replay(const StepRow& row, Decisions& decisions) {
  uint32_t index = 0;
  for (const Step& step : row.steps) {
    ++index;
    if (!step.moved_from.IsNone()) decisions[step.moved_from] = std::nullopt;
    if (step.operation == Operation::kDeleted) {
      decisions[step.resource] = std::nullopt;
      continue;
    }
    decisions[step.resource] = StateItem{.resource = step.resource,
                                         .revision = row.position.revision,
                                         .index = index,
                                         .format = step.format,
                                         .stale = step.stale,
                                         .content = step.content,
                                         .path = step.path};
  }
}

std::vector<StateItem> Merge(std::vector<StateItem> items, const Decisions& decisions) {
  if (decisions.empty()) return items;
  std::vector<StateItem> decided;
  for (const auto& [resource, item] : decisions) {
    if (item) decided.push_back(*item);
  }
  const auto by_resource = [](const StateItem& a, const StateItem& b) { return a.resource < b.resource; };
  std::sort(decided.begin(), decided.end(), by_resource);
  std::erase_if(items, [&decisions](const StateItem& item) { return decisions.contains(item.resource); });
  std::vector<StateItem> merged;
  merged.reserve(items.size() + decided.size());
  std::merge(items.begin(), items.end(), decided.begin(), decided.end(), std::back_inserter(merged), by_resource);
  return merged;
}

}  // namespace

absl::StatusOr<std::vector<StateItem>> ReadState(const RowReader& rows, const Timelines& timelines, Position at) {
  absl::StatusOr<ReplayPlan> plan = PlanReplay(rows, timelines, at);
  if (!plan.ok()) return plan.status();
  Decisions decisions;
  for (const auto& [position, after] : plan->stretches) {
    absl::StatusOr<std::vector<StepRow>> steps =
        ReadSteps(rows, position.timeline, after, position.revision, std::numeric_limits<size_t>::max());
    if (!steps.ok()) return steps.status();
    for (const StepRow& row : *steps) Replay(row, decisions);
  }
  return Merge(std::move(plan->items), decisions);
}

}  // namespace setpoint::storage
