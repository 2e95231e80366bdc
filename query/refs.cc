#include "query/refs.h"

#include <algorithm>

#include "query/timelines.h"
#include "query/visibility.h"
#include "storage/projections/positions.h"
#include "storage/projections/timelines.h"

namespace setpoint::query {

absl::StatusOr<std::vector<RefItem>> ListRefs(const View& view, storage::RepositoryId repository) {
  const storage::Timelines& timelines = view.catalog.timelines;
  const auto head = timelines.FindDefault(repository);
  std::vector<RefItem> items;
  for (storage::Timeline& each : timelines.All()) {
    if (each.repository != repository || each.IsAnonymous() || each.first > view.applied) continue;
    if (!SeesRef(view, repository, each.ref)) continue;
    auto timeline = TimelineAsOf(view, std::move(each));
    if (!timeline.ok()) return timeline.status();
    const bool is_default = head && head->id == timeline->id;
    items.push_back({std::move(timeline->ref), true, is_default, timeline->deleted, timeline->tip, timeline->last});
  }
  auto pointers = storage::ListPointers(view.rows, repository, view.applied);
  if (!pointers.ok()) return pointers.status();
  for (storage::Pointer& each : *pointers) {
    if (!SeesRef(view, repository, each.ref)) continue;
    const auto owned = timelines.FindOwned(repository, each.ref);
    if (owned && owned->first <= view.applied) continue;  // It became an owned one since.
    items.push_back({std::move(each.ref), false, false, false, each.commit, each.revision});
  }
  std::sort(items.begin(), items.end(),
            [](const RefItem& left, const RefItem& right) { return left.name < right.name; });
  return items;
}

}  // namespace setpoint::query
