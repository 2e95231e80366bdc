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

// A version that is known to be there, and still to be looked at.
struct Pending {
  Revision landed;
  std::optional<Version> version = std::nullopt;  // Where it was seen at the very entry that wrote it.
  // Where a newer decoder saw it first, by which entry; none where it was seen when it was written.
  Revision seen_later = {};
};

}  // namespace

// Walks from version to version, each time jumping to the entry that wrote it (of its own timeline, to the one before).
// Every step leads to a lower revision, so that the open version with the highest revision can be finished: nothing
// found later can lead to it.
class HistoryScan::Run {
 public:
  Run(const View& view, HistoryRequest request)
      : view_(view),
        request_(std::move(request)),
        visible_(PathsAt(view_, request_.position)),
        lineage_(view_.catalog.timelines.Lineage(request_.position)),
        versions_(view_, request_.limit == 0 ? LookupMode::kScan : LookupMode::kSeek) {}

  absl::Status Begin() {
    const ResourceId resource = view_.catalog.names.FindResource(request_.key);
    absl::StatusOr<std::optional<Version>> start = std::optional<Version>();
    if (!resource.IsNone()) {
      start = storage::FindVersion(view_.rows, view_.catalog.timelines, resource, request_.position);
    }
    if (!start.ok()) return start.status();
    if (!start->has_value() || !visible_.Sees(view_.catalog.names.Path((*start)->path))) {
      return NotFound(reason::kUnknownResource, storage::Concat("no resource ", request_.key,
                                                                " was there at that position or before; "
                                                                "`setpoint list -o name` shows the keys"));
    }
    if (request_.from && request_.from->is_whole) {
      TakeUp(*request_.from);
    } else {
      Open(**start, (*start)->position.revision);
    }
    return absl::OkStatus();
  }

  absl::StatusOr<std::optional<HistoryItem>> Next(ScanBudget& budget) {
    found_.reset();
    while (!found_ && !open_.empty() && budget.Take()) {
      const auto node = open_.extract(open_.begin());
      last_ = {node.key(), node.mapped()};
      absl::Status status = Visit(node.key(), node.mapped());
      if (!status.ok()) return status;
      if (found_ && IsBeforePage(node.key())) found_.reset();
      if (found_ && !Disclose(*found_)) found_.reset();
    }
    return std::move(found_);
  }

  bool ended() const { return open_.empty(); }

  // What the last visit opened lies below it, so that visiting it again opens the same.
  HistoryMark MarkOfLast() const {
    HistoryMark mark;
    const auto add = [&mark](const Place& place, const Pending& pending) {
      mark.open.push_back({place.first, place.second, pending.landed, pending.seen_later});
    };
    add(last_.first, last_.second);
    for (const auto& [place, pending] : open_) add(place, pending);
    for (const ResourceId each : listed_) {
      if (each != last_.first.second) mark.listed.push_back(each);
    }
    return mark;
  }

 private:
  using Place = std::pair<Revision, ResourceId>;

  void TakeUp(const HistoryMark& mark) {
    for (const HistoryMark::Open& each : mark.open) {
      open_.try_emplace({each.origin, each.resource}, Pending{.landed = each.landed, .seen_later = each.seen_later});
    }
    listed_ = mark.listed;
    if (!mark.open.empty()) listed_at_ = mark.open.front().origin;
  }

  bool IsBeforePage(const Place& place) const {
    if (!request_.from || request_.from->is_whole) return false;
    const HistoryMark::Open& first = request_.from->open.front();
    return place > Place(first.origin, first.resource);
  }

  // A version seen at some position becomes the entry that wrote it (of its own timeline, that of the position), to be
  // visited once.
  void Open(const Version& seen, Revision landed) {
    if (OnLineage(seen.position)) landed = seen.position.revision;
    const Revision at = request_.own_timeline ? seen.position.revision : seen.origin;
    const auto [found, added] = open_.try_emplace({at, seen.resource}, Pending{.landed = landed});
    if (!added) found->second.landed = std::min(found->second.landed, landed);
    if (seen.position.revision == at) found->second.version = seen;
  }

  bool OnLineage(const Position& position) const {
    return std::any_of(lineage_.begin(), lineage_.end(), [&](const Position& each) {
      return each.timeline == position.timeline && position.revision <= each.revision;
    });
  }

  absl::Status Visit(const Place& place, const Pending& pending) {
    auto item = ItemOf(place, pending);
    if (!item.ok()) return item.status();
    if (!pending.seen_later.IsNone()) return Found(place, *std::move(item));
    absl::StatusOr<std::vector<Position>> before = std::vector<Position>{OwnBefore(*item)};
    if (!request_.own_timeline) before = PositionsBefore(*item);
    if (!before.ok()) return before.status();
    for (const Position& position : *before) {
      absl::Status status = GoOn(position, *item);
      if (!status.ok()) return status;
    }
    // Its parent may stand under an older decoder, which knew no such resource, while the timeline had it anew.
    if (!request_.own_timeline && !item->before && item->entry.cause == Cause::kCommit) {
      if (absl::Status status = GoOn(OwnBefore(*item), *item); !status.ok()) return status;
    }
    if (request_.own_timeline) return Found(place, *std::move(item));
    if (IsOtherHalf(*item)) return absl::OkStatus();
    // A newer decoder, or blobs that came later, write no history.
    const bool passes = item->entry.cause == Cause::kRedecoded || item->entry.cause == Cause::kHealed;
    if (!passes) return Found(place, *std::move(item));
    return item->before ? absl::OkStatus() : OpenSeenLater(place, *std::move(item));
  }

  absl::Status Found(const Place& place, HistoryItem item) {
    if (listed_at_ != place.first) listed_.clear();
    listed_at_ = place.first;
    listed_.push_back(place.second);
    found_ = std::move(item);
    return absl::OkStatus();
  }

  // What a newer decoder saw first was written by the commit that last touched the file. Several timelines may have
  // seen it, each by an entry of its own.
  absl::Status OpenSeenLater(const Place& place, HistoryItem item) {
    Predecessors predecessors(view_, request_.repository, request_.position, LookupMode::kSeek);
    auto origin = predecessors.FileOrigin(item.version);
    if (!origin.ok()) return origin.status();
    if (*origin >= place.first) return Found(place, std::move(item));
    const auto [found, added] =
        open_.try_emplace({*origin, place.second}, Pending{.landed = item.landed, .seen_later = place.first});
    if (!added) found->second.landed = std::min(found->second.landed, item.landed);
    return absl::OkStatus();
  }

  absl::StatusOr<HistoryItem> ItemOf(const Place& place, const Pending& pending) {
    const auto [origin, resource] = place;
    auto entry = ReadEntryFacts(view_, origin);
    if (!entry.ok()) return entry.status();
    auto commit = ReadCommit(view_, request_.repository, entry->commit);
    if (!commit.ok()) return commit.status();
    absl::StatusOr<std::optional<Version>> version = pending.version;
    if (!pending.seen_later.IsNone()) {
      version = VersionSeenLater(resource, pending.seen_later);
    } else if (!pending.version) {
      version = versions_.Find(resource, {entry->timeline, origin});
    }
    if (!version.ok()) return version.status();
    if (!version->has_value()) {
      return absl::DataLossError(storage::Concat("r", origin.value, " wrote no version of ",
                                                 view_.catalog.names.ResourceKey(resource), "; run `setpoint verify`"));
    }
    return HistoryItem{**version, *entry, *std::move(commit), pending.landed, std::nullopt};
  }

  absl::StatusOr<std::optional<Version>> VersionSeenLater(ResourceId resource, Revision seen) {
    auto entry = ReadEntryFacts(view_, seen);
    if (!entry.ok()) return entry.status();
    return versions_.Find(resource, {entry->timeline, seen});
  }

  // What the timeline of the entry was before it.
  static Position OwnBefore(const HistoryItem& item) {
    return {item.entry.timeline, Revision(item.entry.revision.value - 1)};
  }

  // Where the walk goes on: at the parents of the commit; what a ref's own move did, at the timeline before it.
  absl::StatusOr<std::vector<Position>> PositionsBefore(const HistoryItem& item) {
    const Position own_before = OwnBefore(item);
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
      if (resource.IsNone() || (request_.own_timeline && resource != item.version.resource)) continue;
      auto seen = versions_.Find(resource, position);
      if (!seen.ok()) return seen.status();
      if (!seen->has_value() || (!request_.own_timeline && (*seen)->origin >= item.entry.revision)) continue;
      if (!item.before && (*seen)->IsAlive()) item.before = **seen;
      Open(**seen, item.landed);
    }
    return absl::OkStatus();
  }

  // Whether this is the deletion that a listed move left. All versions of one entry are open before the first of them
  // is visited, so that the move is either still open or was listed just before.
  bool IsOtherHalf(const HistoryItem& item) const {
    const ResourceId target = item.version.moved_to;
    if (target.IsNone()) return false;
    if (open_.contains({item.entry.revision, target})) return true;
    return listed_at_ == item.entry.revision && std::find(listed_.begin(), listed_.end(), target) != listed_.end();
  }

  // A life under a path that cannot be seen never was; what came from there came from nowhere. False: it never was.
  bool Disclose(HistoryItem& item) const {
    if (visible_.IsAll()) return true;
    const storage::Names& names = view_.catalog.names;
    if (!visible_.Sees(names.Path(item.version.path))) return false;
    if (item.before && !visible_.Sees(names.Path(item.before->path))) item.before.reset();
    HideMoves(view_, visible_, item.version);
    return true;
  }

  const View view_;
  const HistoryRequest request_;
  const VisiblePaths visible_;
  const std::vector<Position> lineage_;
  VersionLookup versions_;
  std::map<Place, Pending, std::greater<>> open_;  // Newest first.
  std::pair<Place, Pending> last_;                 // Visited.
  // By one entry, the one listed last.
  Revision listed_at_;
  std::vector<ResourceId> listed_;
  std::optional<HistoryItem> found_;  // By the call at hand.
};

HistoryScan::HistoryScan(std::unique_ptr<Run> run) : run_(std::move(run)) {}
HistoryScan::~HistoryScan() = default;
HistoryScan::HistoryScan(HistoryScan&&) noexcept = default;
HistoryScan& HistoryScan::operator=(HistoryScan&&) noexcept = default;

absl::StatusOr<HistoryScan> HistoryScan::Begin(const View& view, HistoryRequest request) {
  auto run = std::make_unique<Run>(view, std::move(request));
  if (absl::Status status = run->Begin(); !status.ok()) return status;
  return HistoryScan(std::move(run));
}

absl::StatusOr<std::optional<HistoryItem>> HistoryScan::Next(ScanBudget& budget) { return run_->Next(budget); }
bool HistoryScan::ended() const { return run_->ended(); }
HistoryMark HistoryScan::MarkOfLast() const { return run_->MarkOfLast(); }

absl::StatusOr<std::vector<HistoryItem>> ReadHistory(const View& view, const HistoryRequest& request) {
  auto scan = HistoryScan::Begin(view, request);
  if (!scan.ok()) return scan.status();
  std::vector<HistoryItem> items;
  while (request.limit == 0 || items.size() < request.limit) {
    ScanBudget unbounded;
    auto item = scan->Next(unbounded);
    if (!item.ok()) return item.status();
    if (!item->has_value()) break;
    items.push_back(**std::move(item));
  }
  return items;
}

}  // namespace setpoint::query
