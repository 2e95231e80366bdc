#include "query/watch_snapshot.h"

#include <algorithm>
#include <utility>

namespace setpoint::query {
namespace {

using storage::Revision;
using storage::StateItem;

constexpr size_t kEntriesCachedMax = 1'024;

WatchedVersion VersionOf(const StateItem& item) {
  return {item.resource, item.format, item.stale, item.content, item.path};
}

}  // namespace

absl::StatusOr<std::unique_ptr<WatchSnapshot>> WatchSnapshot::Take(const storage::Database& database,
                                                                   const WatchFilter& filter, const WatchScope& scope,
                                                                   Revision revision) {
  auto refs = scope.RefsAt(database, revision);
  if (!refs.ok()) return refs.status();
  std::unique_ptr<WatchSnapshot> snapshot(new WatchSnapshot(database, filter));
  const storage::Names& names = database.catalog.names;
  for (const WatchedRef& ref : *refs) {
    auto items = storage::ReadState(*database.store, database.catalog.timelines, ref.at);
    if (!items.ok()) return items.status();
    std::sort(items->begin(), items->end(), [&names](const StateItem& a, const StateItem& b) {
      return names.ResourceKey(a.resource) < names.ResourceKey(b.resource);
    });
    snapshot->refs_.push_back({database.catalog.timelines.Find(ref.timeline)->ref, ref.at, *std::move(items)});
  }
  return snapshot;
}

absl::StatusOr<std::shared_ptr<const WatchEntry>> WatchSnapshot::EntryOf(Revision revision) {
  if (const auto cached = entries_.find(revision); cached != entries_.end()) return cached->second;
  auto entry = ReadWatchEntry(database_, revision);
  if (!entry.ok()) return entry.status();
  if (entries_.size() == kEntriesCachedMax) entries_.clear();
  return entries_[revision] = *std::move(entry);
}

absl::StatusOr<std::optional<WatchEvent>> WatchSnapshot::MakeEvent(const StateItem& item) {
  auto entry = EntryOf(item.revision);
  if (!entry.ok()) return entry.status();
  WatchEvent event;
  event.type = WatchEvent::Type::kState;
  event.entry = *std::move(entry);
  event.ref = refs_[ref_].ref;
  absl::Status status = FillResource(filter_.view(), VersionOf(item), event);
  if (!status.ok()) return status;
  return event;
}

absl::StatusOr<std::optional<WatchEvent>> WatchSnapshot::Next() {
  while (!AtEnd() && item_ == refs_[ref_].items.size()) {
    ++ref_;
    item_ = 0;
  }
  if (AtEnd()) return std::nullopt;
  const StateItem& item = refs_[ref_].items[item_++];
  auto selected = filter_.Matches(VersionOf(item), refs_[ref_].at);
  if (!selected.ok()) return selected.status();
  if (!*selected) return std::nullopt;
  return MakeEvent(item);
}

}  // namespace setpoint::query
