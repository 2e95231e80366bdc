#include "query/entry_walk.h"

#include <algorithm>

#include "query/entry_facts.h"

namespace setpoint::query {

using storage::Position;
using storage::Revision;
using storage::StepRow;

EntryWalk::EntryWalk(const View& view, storage::RepositoryId repository, const std::optional<Position>& position)
    : view_(view),
      repository_(repository),
      is_lineage_(position.has_value()),
      lineage_(position ? view.catalog.timelines.Lineage(*position) : std::vector<Position>()),
      upto_(position ? position->revision : view.applied) {}

void EntryWalk::SkipTo(Revision upto) { upto_ = std::min(upto_, upto); }

absl::StatusOr<std::optional<StepRow>> EntryWalk::Next(ScanBudget& budget) {
  if (is_lineage_ && !budget.Take()) return std::nullopt;
  auto row = is_lineage_ ? NextOfLineage() : NextOfAll(budget);
  if (row.ok() && row->has_value()) upto_ = Revision((*row)->position.revision.value - 1);
  return row;
}

absl::StatusOr<std::optional<StepRow>> EntryWalk::NextOfLineage() {
  for (; place_ < lineage_.size(); ++place_) {
    const Position& place = lineage_[place_];
    auto row = storage::LastSteps(view_.rows, place.timeline, std::min(upto_, place.revision));
    if (!row.ok() || row->has_value()) return row;
  }
  return std::nullopt;
}

// Entries of other repositories cost, too.
absl::StatusOr<std::optional<StepRow>> EntryWalk::NextOfAll(ScanBudget& budget) {
  for (; !upto_.IsNone() && budget.Take(); upto_ = Revision(upto_.value - 1)) {
    auto entry = ReadEntryFacts(view_, upto_);
    if (!entry.ok()) return entry.status();
    const Position position = {entry->timeline, upto_};
    if (!IsOnWalk(position)) continue;
    auto row = storage::FindSteps(view_.rows, position);
    if (!row.ok() || row->has_value()) return row;
  }
  return std::nullopt;
}

bool EntryWalk::IsOnWalk(Position position) const {
  if (position.revision > view_.applied) return false;
  if (!is_lineage_) {
    const auto timeline = view_.catalog.timelines.Find(position.timeline);
    return timeline && timeline->repository == repository_;
  }
  return std::any_of(lineage_.begin(), lineage_.end(), [&](const Position& each) {
    return each.timeline == position.timeline && position.revision <= each.revision;
  });
}

}  // namespace setpoint::query
