// The entries of a timeline, or of all timelines of a repository, newest first, by their rows of `steps`: what an entry
// changed is known without reading the log. One thread at a time.
#pragma once

#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "query/scan_budget.h"
#include "query/view.h"
#include "storage/base/ids.h"
#include "storage/projections/steps.h"

namespace setpoint::query {

class EntryWalk {
 public:
  // With a position: its lineage, through what its timeline forked from. Without: every timeline's.
  EntryWalk(const View& view, storage::RepositoryId repository, const std::optional<storage::Position>& position);

  // Passes over everything beyond it.
  void SkipTo(storage::Revision upto);

  // Nothing: there are no more, or the budget is spent.
  absl::StatusOr<std::optional<storage::StepRow>> Next(ScanBudget& budget);

  bool IsOnWalk(storage::Position position) const;

 private:
  absl::StatusOr<std::optional<storage::StepRow>> NextOfLineage();
  absl::StatusOr<std::optional<storage::StepRow>> NextOfAll(ScanBudget& budget);

  View view_;
  const storage::RepositoryId repository_;
  const bool is_lineage_;
  const std::vector<storage::Position> lineage_;
  size_t place_ = 0;        // In the lineage.
  storage::Revision upto_;  // The newest entry that may come next.
};

}  // namespace setpoint::query
