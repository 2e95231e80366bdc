#include "query/history.h"

#include <algorithm>
#include <map>
#include <utility>

#include "query/errors.h"
#include "storage/base/concat.h"
#include "storage/log/commit_store.h"
#include "storage/projections/positions.h"

namespace setpoint::query {
namespace {

using storage::Cause;
using storage::Position;
using storage::ResourceId;
using storage::Revision;
using storage::Version;

// Walks from version to version, each time jumping to the entry that wrote it. Every step leads to a lower revision,
// so that the open version with the highest revision can be finished: nothing found later can lead to it.
class Walk {
 public:
  Walk(const View& view, const HistoryRequest& request)
      : view_(view), request_(request), lineage_(view.catalog.timelines.Lineage(request.position)) {}

  absl::StatusOr<std::vector<HistoryItem>> Run(const Version& start) {
    Open(start, start.position.revision);
    while (!open_.empty()) {
      if (request_.limit != 0 && items_.size() == request_.limit) break;
      const auto [place, landed] = *open_.begin();
      open_.erase(open_.begin());
      absl::Status status = Visit(place.second, place.first, landed);
      if (!status.ok()) return status;
    }
    return std::move(items_);
  }

 private:
  // Newest first.
  using Place = std::pair<Revision, ResourceId>;

  // A version seen at some position becomes the entry that wrote it, to be visited once.
  void Open(const Version& seen, Revision landed) {
    if (OnLineage(seen.position)) landed = seen.position.revision;
    const auto [found, added] = open_.try_emplace({seen.origin, seen.resource}, landed);
    if (!added) found->second = std::min(found->second, landed);
  }

  bool OnLineage(const Position& position) const {
    return std::any_of(lineage_.begin(), lineage_.end(), [&](const Position& each) {
      return each.timeline == position.timeline && position.revision <= each.revision;
    });
  }

  absl::Status Visit(ResourceId resource, Revision origin, Revision landed) {
    auto entry = ReadEntryFacts(view_, origin);
    if (!entry.ok()) return entry.status();
    auto version = storage::FindVersion(view_.rows, view_.catalog.timelines, resource, {entry->timeline, origin});
    if (!version.ok()) return version.status();
    if (!version->has_value()) {
      return absl::DataLossError(storage::Concat("r", origin.value, " wrote no version of ",
                                                 view_.catalog.names.ResourceKey(resource), "; run `setpoint verify`"));
    }
    HistoryItem item{**version, *entry, landed, std::nullopt};
    auto before = PositionsBefore(item);
    if (!before.ok()) return before.status();
    for (const Position& position : *before) {
      absl::Status status = GoOn(position, landed, item);
      if (!status.ok()) return status;
    }
    // A newer decoder, or blobs that came later, write no history where there was a version before.
    const bool passes = entry->cause == Cause::kRedecoded || entry->cause == Cause::kHealed;
    if ((passes && item.before) || IsOtherHalf(item)) return absl::OkStatus();
    items_.push_back(std::move(item));
    return absl::OkStatus();
  }

  // Where the walk goes on: at the parents of the commit; what a ref's own move did, at the timeline before it.
  absl::StatusOr<std::vector<Position>> PositionsBefore(const HistoryItem& item) {
    const Cause cause = item.entry.cause;
    const bool by_commit = cause == Cause::kCommit || cause == Cause::kAdvance ||
                           (item.version.IsAlive() && (cause == Cause::kReset || cause == Cause::kRefCreated));
    if (!by_commit) return std::vector<Position>{{item.entry.timeline, Revision(item.entry.revision.value - 1)}};
    std::vector<Position> positions;
    auto commit = ReadCommit(view_, request_.repository, item.entry.commit);
    if (!commit.ok()) return commit.status();
    if (!commit->has_value()) return positions;
    for (const storage::ObjectId& parent : (*commit)->parents) {
      auto places = storage::FindPositions(view_.rows, request_.repository, parent, view_.applied);
      if (!places.ok()) return places.status();
      if (places->empty()) continue;  // Beyond a shallow boundary.
      // All positions of a commit have one state; one on the timeline read also tells when a version landed there.
      const auto own =
          std::find_if(places->begin(), places->end(), [&](const Position& each) { return OnLineage(each); });
      positions.push_back(own != places->end() ? *own : places->front());
    }
    return positions;
  }

  absl::Status GoOn(Position position, Revision landed, HistoryItem& item) {
    for (const ResourceId resource : {item.version.resource, item.version.moved_from}) {
      if (resource.IsNone()) continue;
      auto seen = storage::FindVersion(view_.rows, view_.catalog.timelines, resource, position);
      if (!seen.ok()) return seen.status();
      if (!seen->has_value() || (*seen)->origin >= item.entry.revision) continue;
      if (!item.before && (*seen)->IsAlive()) item.before = **seen;
      Open(**seen, landed);
    }
    return absl::OkStatus();
  }

  // Whether this is the deletion that a listed move left. All versions of one entry are open before the first of them
  // is visited, so that the move is either still open or among the newest items.
  bool IsOtherHalf(const HistoryItem& item) const {
    const ResourceId target = item.version.moved_to;
    if (target.IsNone()) return false;
    if (open_.contains({item.entry.revision, target})) return true;
    return std::any_of(items_.rbegin(), items_.rend(), [&](const HistoryItem& each) {
      return each.entry.revision == item.entry.revision && each.version.resource == target;
    });
  }

  const View& view_;
  const HistoryRequest& request_;
  const std::vector<Position> lineage_;
  std::map<Place, Revision, std::greater<>> open_;  // With the revision by which it landed.
  std::vector<HistoryItem> items_;
};

absl::StatusOr<std::vector<HistoryItem>> OwnVersions(const View& view, const HistoryRequest& request,
                                                     ResourceId resource) {
  auto versions = storage::VersionsOnTimeline(view.rows, view.catalog.timelines, resource, request.position);
  if (!versions.ok()) return versions.status();
  std::vector<HistoryItem> items;
  for (size_t i = 0; i < versions->size() && (request.limit == 0 || i < request.limit); ++i) {
    const Version& version = (*versions)[i];
    auto entry = ReadEntryFacts(view, version.position.revision);
    if (!entry.ok()) return entry.status();
    HistoryItem item{version, *entry, version.position.revision, std::nullopt};
    if (i + 1 < versions->size() && (*versions)[i + 1].IsAlive()) item.before = (*versions)[i + 1];
    items.push_back(std::move(item));
  }
  return items;
}

}  // namespace

absl::StatusOr<std::vector<HistoryItem>> ReadHistory(const View& view, const HistoryRequest& request) {
  const ResourceId resource = view.catalog.names.FindResource(request.key);
  absl::StatusOr<std::optional<Version>> start = std::optional<Version>();
  if (!resource.IsNone()) {
    start = storage::FindVersion(view.rows, view.catalog.timelines, resource, request.position);
  }
  if (!start.ok()) return start.status();
  if (!start->has_value()) {
    return NotFound(reason::kUnknownResource, storage::Concat("no resource ", request.key,
                                                              " was there at that position or before; "
                                                              "`setpoint list -o name` shows the keys"));
  }
  if (request.own_timeline) return OwnVersions(view, request, resource);
  return Walk(view, request).Run(**start);
}

}  // namespace setpoint::query
