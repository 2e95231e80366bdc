#include "query/list.h"

#include <algorithm>
#include <utility>

#include "query/content.h"
#include "query/visibility.h"

namespace setpoint::query {
namespace {

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

absl::Status FillContentHashes(const View& view, std::vector<ListItem>& items) {
  std::vector<storage::ContentKey> contents;
  contents.reserve(items.size());
  for (const ListItem& item : items) contents.push_back(item.state.content);
  auto hashes = ReadContentHashes(view, contents);
  if (!hashes.ok()) return hashes.status();
  for (size_t i = 0; i < items.size(); ++i) items[i].content_hash = (*hashes)[i];
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<ListAnswer> ListResources(const View& view, const ListRequest& request) {
  auto state = storage::ReadState(view.rows, view.catalog.timelines, request.position);
  if (!state.ok()) return state.status();
  ListAnswer answer;
  answer.items = Candidates(view, request, *state);
  if (!request.selector.NeedsContent()) {
    answer.more = request.limit != 0 && answer.items.size() > request.limit;
    if (answer.more) answer.items.resize(request.limit);
    if (absl::Status status = FillContentHashes(view, answer.items); !status.ok()) return status;
    return answer;
  }
  std::vector<ListItem> candidates = std::exchange(answer.items, {});
  for (const ListItem& candidate : candidates) {
    auto matches = MatchesContent(view, request.selector, candidate.state.content);
    if (!matches.ok()) return matches.status();
    if (!*matches) continue;
    if (request.limit != 0 && answer.items.size() == request.limit) {
      answer.more = true;
      break;
    }
    answer.items.push_back(candidate);
  }
  if (absl::Status status = FillContentHashes(view, answer.items); !status.ok()) return status;
  return answer;
}

}  // namespace setpoint::query
