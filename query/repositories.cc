#include "query/repositories.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "query/entry_facts.h"
#include "query/timelines.h"
#include "query/visibility.h"

namespace setpoint::query {
namespace {

struct Counts {
  uint64_t owned_refs = 0;
  uint64_t anonymous_timelines = 0;
  storage::Revision last;
};

absl::StatusOr<absl::flat_hash_map<storage::RepositoryId, Counts>> CountTimelines(const View& view) {
  absl::flat_hash_map<storage::RepositoryId, Counts> counts;
  for (storage::Timeline& each : view.catalog.timelines.All()) {
    if (each.first > view.applied || !SeesTimeline(view, each)) continue;
    Counts& of_repository = counts[each.repository];
    ++(each.IsAnonymous() ? of_repository.anonymous_timelines : of_repository.owned_refs);
    auto timeline = TimelineAsOf(view, std::move(each));
    if (!timeline.ok()) return timeline.status();
    of_repository.last = std::max(of_repository.last, timeline->last);
  }
  return counts;
}

}  // namespace

absl::StatusOr<std::vector<RepositoryItem>> ListRepositories(const View& view) {
  auto settings = storage::ListRepositorySettings(view.rows);
  if (!settings.ok()) return settings.status();
  const auto counts = CountTimelines(view);
  if (!counts.ok()) return counts.status();
  std::vector<RepositoryItem> items;
  for (storage::RepositorySettings& each : *settings) {
    if (!SeesRepository(view, each.name)) continue;
    RepositoryItem item;
    item.settings = std::move(each);
    const storage::RepositoryId id = view.catalog.names.FindRepository(item.settings.name);
    if (const auto found = counts->find(id); !id.IsNone() && found != counts->end()) {
      if (auto head = view.catalog.timelines.FindDefault(id);
          head && head->first <= view.applied && SeesRef(view, id, head->ref)) {
        auto timeline = TimelineAsOf(view, *std::move(head));
        if (!timeline.ok()) return timeline.status();
        item.default_timeline = *std::move(timeline);
      }
      item.owned_refs = found->second.owned_refs;
      item.anonymous_timelines = found->second.anonymous_timelines;
      item.last = found->second.last;
      auto entry = ReadEntryFacts(view, item.last);
      if (!entry.ok()) return entry.status();
      item.observed = entry->observed;
    }
    items.push_back(std::move(item));
  }
  return items;
}

}  // namespace setpoint::query
