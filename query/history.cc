#include "query/history.h"

#include <algorithm>
#include <map>
#include <utility>

#include "query/errors.h"
#include "query/predecessors.h"
#include "query/version_lookup.h"
#include "query/visibility.h"
#include "storage/base/concat.h"
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
      : view_(view),
        request_(request),
        lineage_(view.catalog.timelines.Lineage(request.position)),
        versions_(view, request.limit == 0 ? LookupMode::kScan : LookupMode::kSeek) {}

  absl::StatusOr<std::vector<HistoryItem>> Run(const Version& start) {
    Open(start, start.position.revision);
    while (!open_.empty() && (request_.limit == 0 || items_.size() < request_.limit)) {
      const auto node = open_.extract(open_.begin());
      absl::Status status = Visit(node.key(), node.mapped());
      if (!status.ok()) return status;
    }
    std::stable_sort(items_.begin(), items_.end(),
                     [](const HistoryItem& a, const HistoryItem& b) { return a.entry.revision > b.entry.revision; });
    return std::move(items_);
  }

 private:
  using Place = std::pair<Revision, ResourceId>;

  // A version that is known to be there, and still to be looked at.
  struct Pending {
    Revision landed;
    std::optional<Version> version;  // Where it was seen at the very entry that wrote it.
  };

  // A version seen at some position becomes the entry that wrote it, to be visited once.
  void Open(const Version& seen, Revision landed) {
    if (OnLineage(seen.position)) landed = seen.position.revision;
    const auto [found, added] = open_.try_emplace({seen.origin, seen.resource}, Pending{landed, std::nullopt});
    if (!added) found->second.landed = std::min(found->second.landed, landed);
    if (seen.position.revision == seen.origin) found->second.version = seen;
  }

  bool OnLineage(const Position& position) const {
    return std::any_of(lineage_.begin(), lineage_.end(), [&](const Position& each) {
      return each.timeline == position.timeline && position.revision <= each.revision;
    });
  }

  absl::Status Visit(const Place& place, const Pending& pending) {
    auto item = ItemOf(place, pending);
    if (!item.ok()) return item.status();
    auto before = PositionsBefore(*item);
    if (!before.ok()) return before.status();
    for (const Position& position : *before) {
      absl::Status status = GoOn(position, *item);
      if (!status.ok()) return status;
    }
    // A newer decoder, or blobs that came later, write no history where there was a version before.
    const bool passes = item->entry.cause == Cause::kRedecoded || item->entry.cause == Cause::kHealed;
    if ((passes && item->before) || IsOtherHalf(*item)) return absl::OkStatus();
    if (passes) return AddSeenLater(*std::move(item));
    items_.push_back(*std::move(item));
    return absl::OkStatus();
  }

  // Where there was none, the commit wrote it that last touched the file. Several timelines may have seen it later.
  absl::Status AddSeenLater(HistoryItem item) {
    Predecessors predecessors(view_, request_.repository, request_.position, LookupMode::kSeek);
    auto origin = predecessors.FileOrigin(item.version);
    if (!origin.ok()) return origin.status();
    auto entry = ReadEntryFacts(view_, *origin);
    if (!entry.ok()) return entry.status();
    auto commit = ReadCommit(view_, request_.repository, entry->commit);
    if (!commit.ok()) return commit.status();
    const bool is_listed = std::any_of(items_.begin(), items_.end(), [&](const HistoryItem& each) {
      return each.entry.revision == *origin && each.version.resource == item.version.resource;
    });
    if (is_listed) return absl::OkStatus();
    item.entry = *std::move(entry);
    item.commit = *std::move(commit);
    items_.push_back(std::move(item));
    return absl::OkStatus();
  }

  absl::StatusOr<HistoryItem> ItemOf(const Place& place, const Pending& pending) {
    const auto [origin, resource] = place;
    auto entry = ReadEntryFacts(view_, origin);
    if (!entry.ok()) return entry.status();
    auto commit = ReadCommit(view_, request_.repository, entry->commit);
    if (!commit.ok()) return commit.status();
    absl::StatusOr<std::optional<Version>> version = pending.version;
    if (!pending.version) version = versions_.Find(resource, {entry->timeline, origin});
    if (!version.ok()) return version.status();
    if (!version->has_value()) {
      return absl::DataLossError(storage::Concat("r", origin.value, " wrote no version of ",
                                                 view_.catalog.names.ResourceKey(resource), "; run `setpoint verify`"));
    }
    return HistoryItem{**version, *entry, *std::move(commit), pending.landed, std::nullopt};
  }

  // Where the walk goes on: at the parents of the commit; what a ref's own move did, at the timeline before it.
  absl::StatusOr<std::vector<Position>> PositionsBefore(const HistoryItem& item) {
    const Position own_before = {item.entry.timeline, Revision(item.entry.revision.value - 1)};
    const Cause cause = item.entry.cause;
    const bool by_commit = cause == Cause::kCommit || cause == Cause::kAdvance ||
                           (item.version.IsAlive() && (cause == Cause::kReset || cause == Cause::kRefCreated));
    if (!by_commit) return std::vector<Position>{own_before};
    if (!item.commit) return std::vector<Position>();
    // The state before a commit of one parent is that parent's, on the timeline itself: no need to look for it.
    if (cause == Cause::kCommit && item.commit->parents.size() == 1 && OnLineage(own_before)) {
      auto seen = versions_.Find(item.version.resource, own_before);
      if (!seen.ok()) return seen.status();
      if (seen->has_value()) return std::vector<Position>{own_before};
    }
    return PositionsOfParents(*item.commit);
  }

  absl::StatusOr<std::vector<Position>> PositionsOfParents(const storage::Commit& commit) {
    std::vector<Position> positions;
    for (const storage::ObjectId& parent : commit.parents) {
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

  absl::Status GoOn(Position position, HistoryItem& item) {
    for (const ResourceId resource : {item.version.resource, item.version.moved_from}) {
      if (resource.IsNone()) continue;
      auto seen = versions_.Find(resource, position);
      if (!seen.ok()) return seen.status();
      if (!seen->has_value() || (*seen)->origin >= item.entry.revision) continue;
      if (!item.before && (*seen)->IsAlive()) item.before = **seen;
      Open(**seen, item.landed);
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
  VersionLookup versions_;
  std::map<Place, Pending, std::greater<>> open_;  // Newest first.
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
    auto commit = ReadCommit(view, request.repository, entry->commit);
    if (!commit.ok()) return commit.status();
    HistoryItem item{version, *entry, *std::move(commit), version.position.revision, std::nullopt};
    if (i + 1 < versions->size() && (*versions)[i + 1].IsAlive()) item.before = (*versions)[i + 1];
    items.push_back(item);
  }
  return items;
}

// A life under a path that cannot be seen never was; what came from there came from nowhere.
void LeaveOutUnseen(const View& view, const VisiblePaths& visible, std::vector<HistoryItem>& items) {
  if (visible.IsAll()) return;
  const storage::Names& names = view.catalog.names;
  std::erase_if(items, [&](const HistoryItem& each) { return !visible.Sees(names.Path(each.version.path)); });
  for (HistoryItem& each : items) {
    if (each.before && !visible.Sees(names.Path(each.before->path))) each.before.reset();
    HideMoves(view, visible, each.version);
  }
}

}  // namespace

absl::StatusOr<std::vector<HistoryItem>> ReadHistory(const View& view, const HistoryRequest& request) {
  const ResourceId resource = view.catalog.names.FindResource(request.key);
  absl::StatusOr<std::optional<Version>> start = std::optional<Version>();
  if (!resource.IsNone()) {
    start = storage::FindVersion(view.rows, view.catalog.timelines, resource, request.position);
  }
  if (!start.ok()) return start.status();
  const VisiblePaths visible = PathsAt(view, request.position);
  if (!start->has_value() || !visible.Sees(view.catalog.names.Path((*start)->path))) {
    return NotFound(reason::kUnknownResource, storage::Concat("no resource ", request.key,
                                                              " was there at that position or before; "
                                                              "`setpoint list -o name` shows the keys"));
  }
  auto items = request.own_timeline ? OwnVersions(view, request, resource) : Walk(view, request).Run(**start);
  if (items.ok()) LeaveOutUnseen(view, visible, *items);
  return items;
}

}  // namespace setpoint::query
