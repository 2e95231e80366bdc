#include "query/predecessors.h"

#include <algorithm>

#include "storage/base/concat.h"
#include "storage/log/commit_store.h"
#include "storage/projections/files.h"
#include "storage/projections/positions.h"

namespace setpoint::query {
namespace {

using storage::Cause;
using storage::Position;
using storage::Revision;
using storage::StateSource;
using storage::Version;

// A resource that moved on more often than this between two places is not followed further.
constexpr int kMovesMax = 16;

bool IsStoresOwn(Cause cause) { return cause == Cause::kRedecoded || cause == Cause::kHealed; }

}  // namespace

Predecessors::Predecessors(const View& view, storage::RepositoryId repository, Position at, LookupMode mode)
    : view_(view),
      repository_(repository),
      visible_(PathsAt(view, at)),
      lineage_(view.catalog.timelines.Lineage(at)),
      versions_(view, mode) {}

bool Predecessors::OnLineage(Position position) const {
  return std::any_of(lineage_.begin(), lineage_.end(), [&](const Position& each) {
    return each.timeline == position.timeline && position.revision <= each.revision;
  });
}

Predecessors::Places Predecessors::PlacesBefore(const Version& version) { return Places(*this, version); }

Predecessors::Place Predecessors::TimelineBefore(const Version& version) {
  return {{version.position.timeline, Revision(version.position.revision.value - 1)}};
}

absl::Status Predecessors::Places::ReadEntry() {
  if (entry_) return absl::OkStatus();
  auto entry = storage::FindEntryRow(predecessors_.view_.rows, position_.revision);
  if (!entry.ok()) return entry.status();
  if (!entry->has_value()) {
    return absl::DataLossError(
        storage::Concat("r", position_.revision.value, " gave a version and is no entry; run `setpoint rebuild`"));
  }
  entry_ = **std::move(entry);
  return absl::OkStatus();
}

absl::StatusOr<bool> Predecessors::Places::IsOfStore() {
  if (IsMadeOfParents()) return false;
  if (absl::Status status = ReadEntry(); !status.ok()) return status;
  return IsStoresOwn(entry_->cause);
}

absl::StatusOr<std::optional<Predecessors::Place>> Predecessors::Places::Next() {
  if (!has_begun_) {
    has_begun_ = true;
    return First();
  }
  if (!knows_parents_) {
    knows_parents_ = true;
    if (absl::Status status = ReadParents(); !status.ok()) return status;
  }
  if (parents_.empty()) return std::nullopt;
  const Place next{parents_.back(), true};
  parents_.pop_back();
  return next;
}

absl::StatusOr<Predecessors::Place> Predecessors::Places::First() {
  const Place before{{position_.timeline, Revision(position_.revision.value - 1)}};
  knows_parents_ = source_ == StateSource::kParent;
  if (IsMadeOfParents()) return before;
  if (absl::Status status = ReadEntry(); !status.ok()) return status;
  const bool is_of_store = IsStoresOwn(entry_->cause);
  knows_parents_ =
      is_of_store || entry_->commit.IsZero() || source_ == StateSource::kEarlier || entry_->cause == Cause::kRefDeleted;
  if (source_ == StateSource::kEarlier && !is_of_store) return Place{entry_->places.front()};
  if (entry_->cause != Cause::kRefDeleted || entry_->commit.IsZero()) return before;
  auto first = predecessors_.FirstPosition(entry_->commit);
  if (!first.ok()) return first.status();
  return Place{*first};
}

absl::Status Predecessors::Places::ReadParents() {
  if (absl::Status status = ReadEntry(); !status.ok()) return status;
  if (source_ != StateSource::kParents) {
    auto parents = predecessors_.ParentPositions(entry_->commit, position_.revision);
    if (!parents.ok()) return parents.status();
    parents_.assign(parents->rbegin(), parents->rend());
    return absl::OkStatus();
  }
  for (auto first = entry_->places.rbegin(); first != entry_->places.rend(); ++first) {
    auto position = predecessors_.OwnPosition(*first, position_.revision);
    if (!position.ok()) return position.status();
    parents_.push_back(*position);
  }
  return absl::OkStatus();
}

absl::StatusOr<Position> Predecessors::FirstPosition(const storage::ObjectId& commit) {
  auto positions = storage::FindPositions(view_.rows, repository_, commit, view_.applied);
  if (!positions.ok()) return positions.status();
  if (positions->empty()) {
    return absl::DataLossError(
        storage::Concat("commit ", commit.Hex(), " has an entry and no position; run `setpoint verify`"));
  }
  return positions->front();
}

absl::StatusOr<std::vector<Position>> Predecessors::ParentPositions(const storage::ObjectId& commit, Revision before) {
  std::vector<Position> positions;
  auto object = storage::ReadObject(view_.rows, repository_, commit);
  if (!object.ok()) return object.status();
  if (!object->has_value()) return positions;
  auto links = storage::ParseCommitLinks((*object)->bytes);
  if (!links.ok()) return links.status();
  // The state before the commit of a single parent is that parent's, and was asked already.
  if (links->parents.size() < 2) return positions;
  for (const storage::ObjectId& parent : links->parents) {
    auto position = OwnPosition(parent, before);
    if (!position.ok()) return position.status();
    if (position->has_value()) positions.push_back(**position);  // Else beyond a shallow boundary.
  }
  return positions;
}

// All positions of a commit have one state; one on the timeline read also tells when a value landed there.
absl::StatusOr<std::optional<Position>> Predecessors::OwnPosition(const storage::ObjectId& commit, Revision before) {
  auto places = storage::FindPositions(view_.rows, repository_, commit, view_.applied);
  if (!places.ok()) return places.status();
  if (places->empty()) return std::nullopt;
  const auto own = std::find_if(places->begin(), places->end(),
                                [&](const Position& each) { return each.revision < before && OnLineage(each); });
  return own != places->end() ? *own : places->front();
}

absl::StatusOr<Position> Predecessors::OwnPosition(Position first, Revision before) {
  if (OnLineage(first)) return first;
  auto entry = storage::FindEntryRow(view_.rows, first.revision);
  if (!entry.ok()) return entry.status();
  auto own = entry->has_value() ? OwnPosition((*entry)->commit, before) : std::optional<Position>();
  if (!own.ok()) return own.status();
  return own->value_or(first);
}

Predecessors::Found Predecessors::FindAlive(storage::ResourceId resource, Position position) {
  auto version = versions_.Find(resource, position);
  if (!version.ok() || !version->has_value()) return version;
  if (!(*version)->IsAlive() || !visible_.Sees(view_.catalog.names.Path((*version)->path))) version->reset();
  return version;
}

Predecessors::Found Predecessors::FindAt(const Place& place, const Version& version) {
  for (const storage::ResourceId resource : {version.resource, version.moved_from}) {
    if (resource.IsNone()) continue;
    auto found = FindAlive(resource, place.position);
    if (!found.ok() || found->has_value()) return found;
  }
  if (!place.is_parent) return std::nullopt;
  auto related = FindWhereItMoved(place.position, version);
  if (related.ok() && !related->has_value()) related = FindUnderEarlierKey(place.position, version);
  if (!related.ok() || !related->has_value()) return related;
  auto beside = FindAlive((*related)->resource, version.position);
  if (!beside.ok()) return beside.status();
  if (beside->has_value()) return std::nullopt;
  return related;
}

Predecessors::Found Predecessors::FindWhereItMoved(Position position, const Version& version) {
  storage::ResourceId resource = version.resource;
  for (int moves = 0; moves < kMovesMax; ++moves) {
    auto there = versions_.Find(resource, position);
    if (!there.ok()) return there.status();
    if (!there->has_value()) return *there;
    if (!visible_.Sees(view_.catalog.names.Path((*there)->path))) return std::nullopt;
    if ((*there)->IsAlive()) return *there;
    resource = (*there)->moved_to;
    if (resource.IsNone()) return std::nullopt;
  }
  return std::nullopt;
}

Predecessors::Found Predecessors::FindUnderEarlierKey(Position position, const Version& version) {
  storage::ResourceId resource = version.resource;
  Revision upto = version.position.revision;
  for (int moves = 0; moves < kMovesMax; ++moves) {
    auto rows = storage::VersionsOnTimeline(view_.rows, view_.catalog.timelines, resource, version.position);
    if (!rows.ok()) return rows.status();
    const auto move = std::find_if(rows->begin(), rows->end(), [upto](const Version& each) {
      return each.position.revision <= upto && !each.moved_from.IsNone();
    });
    if (move == rows->end()) return std::nullopt;
    resource = move->moved_from;
    upto = Revision(move->position.revision.value - 1);
    auto found = FindAlive(resource, position);
    if (!found.ok() || found->has_value()) return found;
  }
  return std::nullopt;
}

absl::StatusOr<Revision> Predecessors::FileOrigin(const Version& version) {
  Position at = {version.position.timeline, Revision(version.position.revision.value - 1)};
  auto file = storage::FindFileVersion(view_.rows, view_.catalog.timelines, version.path, at);
  if (!file.ok()) return file.status();
  Revision origin = version.position.revision;
  while (file->has_value() && (*file)->position.revision < origin) {
    origin = (*file)->position.revision;
    auto entry = ReadEntryFacts(view_, origin);
    if (!entry.ok()) return entry.status();
    auto first = FirstPosition(entry->commit);
    if (!first.ok()) return first.status();
    auto places = ParentPositions(entry->commit, origin);
    if (!places.ok()) return places.status();
    if (first->revision < origin) places->insert(places->begin(), *first);
    const storage::TextKey text = (*file)->text;
    file = std::optional<storage::FileVersion>();
    for (const Position& place : *places) {
      auto there = storage::FindFileVersion(view_.rows, view_.catalog.timelines, version.path, place);
      if (!there.ok()) return there.status();
      if (there->has_value() && (*there)->text == text) {
        file = *there;
        break;
      }
    }
  }
  return origin;
}

}  // namespace setpoint::query
