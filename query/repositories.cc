#include "query/repositories.h"

#include <algorithm>

#include "absl/container/flat_hash_map.h"
#include "query/entry_facts.h"

namespace setpoint::query {
namespace {

struct Counts {
  uint64_t owned_refs = 0;
  uint64_t anonymous_timelines = 0;
  storage::Revision last;
};

absl::flat_hash_map<storage::RepositoryId, Counts> CountTimelines(const View& view) {
  absl::flat_hash_map<storage::RepositoryId, Counts> counts;
  for (const storage::Timeline& each : view.catalog.timelines.All()) {
    if (each.first > view.applied) continue;
    Counts& of_repository = counts[each.repository];
    ++(each.IsAnonymous() ? of_repository.anonymous_timelines : of_repository.owned_refs);
    of_repository.last = std::max(of_repository.last, std::min(each.last, view.applied));
  }
  return counts;
}

}  // namespace

absl::StatusOr<std::vector<RepositoryItem>> ListRepositories(const View& view) {
  auto settings = storage::ListRepositorySettings(view.rows);
  if (!settings.ok()) return settings.status();
  const auto counts = CountTimelines(view);
  std::vector<RepositoryItem> items;
  for (storage::RepositorySettings& each : *settings) {
    RepositoryItem item;
    item.settings = std::move(each);
    const storage::RepositoryId id = view.catalog.names.FindRepository(item.settings.name);
    if (const auto found = counts.find(id); !id.IsNone() && found != counts.end()) {
      item.default_timeline = view.catalog.timelines.FindDefault(id);
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
