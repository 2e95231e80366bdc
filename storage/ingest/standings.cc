#include "storage/ingest/standings.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "storage/base/check.h"
#include "storage/base/concat.h"
#include "storage/log/log_reader.h"
#include "storage/projections/positions.h"

namespace setpoint::storage {

Standings::Standings(const RowReader& rows, const Catalog& catalog, std::string_view repository)
    : rows_(rows),
      repository_(catalog.names.FindRepository(repository)),
      applied_(catalog.applied()),
      next_(catalog.applied().value + 1) {
  for (const Timeline& timeline : catalog.timelines.All()) {
    lanes_.push_back({.id = timeline.id,
                      .repository = timeline.repository,
                      .ref = timeline.ref,
                      .depth = timeline.depth,
                      .first = timeline.first,
                      .last = timeline.last,
                      .tip = timeline.tip,
                      .deleted = timeline.deleted});
    const bool is_ours = !repository_.IsNone() && timeline.repository == repository_;
    if (is_ours && !timeline.IsAnonymous() && default_lane_.IsNone()) default_lane_ = timeline.id;
  }
}

absl::Status Standings::Load(const ObjectId& commit) {
  if (positions_.contains(commit)) return absl::OkStatus();
  if (repository_.IsNone()) return absl::OkStatus();
  absl::StatusOr<std::vector<Position>> stored = FindPositions(rows_, repository_, commit, applied_);
  if (!stored.ok()) return stored.status();
  positions_.emplace(commit, *std::move(stored));
  return absl::OkStatus();
}

absl::StatusOr<std::vector<Position>> Standings::Of(const ObjectId& commit) {
  if (absl::Status status = Load(commit); !status.ok()) return status;
  const auto found = positions_.find(commit);
  return found == positions_.end() ? std::vector<Position>() : found->second;
}

absl::StatusOr<bool> Standings::HasEntry(const ObjectId& commit) {
  if (absl::Status status = Load(commit); !status.ok()) return status;
  const auto found = positions_.find(commit);
  return found != positions_.end() && !found->second.empty();
}

absl::StatusOr<bool> Standings::StandsOnOwned(const ObjectId& commit) {
  absl::StatusOr<std::vector<Position>> positions = Of(commit);
  if (!positions.ok()) return positions.status();
  return std::any_of(positions->begin(), positions->end(),
                     [this](const Position& position) { return !LaneOf(position.timeline).ref.empty(); });
}

absl::StatusOr<Position> Standings::ForkPosition(const ObjectId& commit) {
  absl::StatusOr<std::vector<Position>> positions = Of(commit);
  if (!positions.ok()) return positions.status();
  if (positions->empty()) return Position{};
  const auto preference = [this](const Position& position) {
    const Lane& lane = LaneOf(position.timeline);
    const int owner = lane.id == default_lane_ ? 0 : !lane.ref.empty() ? 1 : 2;
    return std::tuple(owner, lane.depth, position.revision);
  };
  return *std::min_element(positions->begin(), positions->end(), [&preference](const Position& a, const Position& b) {
    return preference(a) < preference(b);
  });
}

absl::StatusOr<TimelineId> Standings::AnonymousEndingAt(const ObjectId& commit) {
  absl::StatusOr<std::vector<Position>> positions = Of(commit);
  if (!positions.ok()) return positions.status();
  for (const Position& position : *positions) {
    const Lane& lane = LaneOf(position.timeline);
    if (lane.ref.empty() && lane.last == position.revision) return lane.id;
  }
  return TimelineId();
}

std::optional<Lane> Standings::FindOwned(std::string_view ref) const {
  for (const Lane& lane : lanes_) {
    if (lane.repository == repository_ && lane.ref == ref) return lane;
  }
  return std::nullopt;
}

std::vector<Lane> Standings::OwnedLanes() const {
  std::vector<Lane> owned;
  for (const Lane& lane : lanes_) {
    if (lane.repository == repository_ && !lane.ref.empty()) owned.push_back(lane);
  }
  return owned;
}

TimelineId Standings::Begin(std::string_view ref, Position base) {
  Lane lane;
  lane.id = TimelineId(static_cast<uint32_t>(lanes_.size() + 1));
  lane.repository = repository_;
  lane.ref = std::string(ref);
  lane.depth = base.timeline.IsNone() ? 0 : LaneOf(base.timeline).depth + 1;
  lane.first = next_;
  if (!lane.ref.empty() && default_lane_.IsNone()) default_lane_ = lane.id;
  lanes_.push_back(std::move(lane));
  return lanes_.back().id;
}

absl::StatusOr<uint32_t> Standings::DecoderVersionAt(Position position) const {
  if (position.revision > applied_) return decoder_versions_[position.revision.value - applied_.value - 1];
  absl::StatusOr<std::optional<EntryHead>> head = ReadEntryHead(rows_, position.revision);
  if (!head.ok()) return head.status();
  if (!head->has_value()) return absl::DataLossError(Concat("the log has no r", position.revision.value));
  return (*head)->decoder_version;
}

Revision Standings::Record(TimelineId timeline, const Step& step) {
  const Revision revision = next_;
  ++next_.value;
  decoder_versions_.push_back(step.decoder_version);
  if (timeline.IsNone()) return revision;
  Lane& lane = lanes_[timeline.value - 1];
  lane.last = revision;
  lane.tip = step.commit;
  lane.deleted = step.ref_deleted;
  if (!step.commit.IsZero() && !step.ref_deleted) {
    SETPOINT_CHECK(repository_.IsNone() || positions_.contains(step.commit),
                   "a commit is recorded before it was asked for");
    positions_[step.commit].push_back({timeline, revision});
  }
  return revision;
}

}  // namespace setpoint::storage
