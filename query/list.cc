#include "query/list.h"

#include <algorithm>
#include <utility>

#include "query/content.h"
#include "query/visibility.h"

namespace setpoint::query {
namespace {

// Hashes are looked up side by side: so many at once.
constexpr size_t kHashesAtOnce = 256;

// The resources that keys and paths alone do not rule out, by key bytes.
std::vector<ListItem> Candidates(const View& view, const ListRequest& request,
                                 const std::vector<storage::StateItem>& state) {
  const storage::Names& names = view.catalog.names;
  const VisiblePaths visible = PathsAt(view, request.position);
  std::vector<ListItem> items;
  items.reserve(state.size());
  for (const storage::StateItem& each : state) {
    if (!visible.Sees(names.Path(each.path))) continue;
    const std::string_view key = names.ResourceKey(each.resource);
    if (!request.after_key.empty() && key <= request.after_key) continue;
    if (!request.selector.Matches(key, static_cast<storage::Format>(each.format), names.Path(each.path))) continue;
    items.push_back({key, each, {}});
  }
  std::sort(items.begin(), items.end(),
            [](const ListItem& left, const ListItem& right) { return left.key < right.key; });
  return items;
}

}  // namespace

ListScan::ListScan(const View& view, Selector selector, std::vector<ListItem> items)
    : view_(view), selector_(std::move(selector)), items_(std::move(items)) {}

absl::StatusOr<ListScan> ListScan::Begin(const View& view, ListRequest request) {
  auto state = storage::ReadState(view.rows, view.catalog.timelines, request.position);
  if (!state.ok()) return state.status();
  std::vector<ListItem> items = Candidates(view, request, *state);
  return ListScan(view, std::move(request.selector), std::move(items));
}

absl::StatusOr<std::optional<ListItem>> ListScan::Next(ScanBudget& budget) {
  while (!ended() && budget.Take()) {
    ListItem& item = items_[at_];
    auto matches = MatchesContent(view_, selector_, item.state.content);
    if (!matches.ok()) return matches.status();
    if (*matches && at_ >= hashed_) {
      absl::Status status = ReadHashes(selector_.NeedsContent() ? 1 : kHashesAtOnce);
      if (!status.ok()) return status;
    }
    ++at_;
    if (!*matches) continue;
    key_before_ = std::exchange(last_key_, item.key);
    return item;
  }
  return std::nullopt;
}

absl::Status ListScan::ReadHashes(size_t count) {
  hashed_ = std::min(at_ + count, items_.size());
  std::vector<storage::ContentKey> contents;
  for (size_t i = at_; i < hashed_; ++i) contents.push_back(items_[i].state.content);
  auto hashes = ReadContentHashes(view_, contents);
  if (!hashes.ok()) return hashes.status();
  for (size_t i = 0; i < hashes->size(); ++i) items_[at_ + i].content_hash = (*hashes)[i];
  return absl::OkStatus();
}

absl::StatusOr<std::vector<ListItem>> ListResources(const View& view, const ListRequest& request) {
  auto scan = ListScan::Begin(view, request);
  if (!scan.ok()) return scan.status();
  ScanBudget unbounded;
  std::vector<ListItem> items;
  while (true) {
    auto item = scan->Next(unbounded);
    if (!item.ok()) return item.status();
    if (!item->has_value()) return items;
    items.push_back(**item);
  }
}

}  // namespace setpoint::query
