#include "query/refs.h"

#include <algorithm>

#include "storage/projections/positions.h"
#include "storage/projections/timelines.h"

namespace setpoint::query {

absl::StatusOr<std::vector<RefItem>> ListRefs(const View& view, storage::RepositoryId repository) {
  const storage::Timelines& timelines = view.catalog.timelines;
  const auto head = timelines.FindDefault(repository);
  std::vector<RefItem> items;
  for (storage::Timeline& each : timelines.All()) {
    if (each.repository != repository || each.IsAnonymous() || each.first > view.applied) continue;
    const bool is_default = head && head->id == each.id;
    items.push_back({std::move(each.ref), true, is_default, each.deleted, each.tip, each.last});
  }
  auto pointers = storage::ListPointers(view.rows, repository, view.applied);
  if (!pointers.ok()) return pointers.status();
  for (storage::Pointer& each : *pointers) {
    const auto owned = timelines.FindOwned(repository, each.ref);
    if (owned && owned->first <= view.applied) continue;  // It became an owned one since.
    items.push_back({std::move(each.ref), false, false, false, each.commit, each.revision});
  }
  std::sort(items.begin(), items.end(),
            [](const RefItem& left, const RefItem& right) { return left.name < right.name; });
  return items;
}

}  // namespace setpoint::query
