// Where commits stand while a run plans its entries: the store's positions, and those that the run has given out
// already and that are not durable yet. Numbers entries and timelines ahead; the log confirms them when it appends.
// One thread at a time: the reader's. Rows and catalog outlive it and are not published to while it lives, except by
// the run that it belongs to.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "storage/base/ids.h"
#include "storage/base/object_id.h"
#include "storage/engine/store.h"
#include "storage/projections/catalog.h"

namespace setpoint::storage {

// What a plan needs of a timeline.
struct Lane {
  TimelineId id;
  RepositoryId repository;  // None for one of a repository that the log has not named yet.
  std::string ref;          // Empty: anonymous.
  uint32_t depth = 0;
  Revision first;
  Revision last;
  ObjectId tip;  // Zero: it stands at nothing.
  bool deleted = false;
};

class Standings {
 public:
  Standings(const RowReader& rows, const Catalog& catalog, std::string_view repository);

  // All positions of a commit, lowest revision first.
  absl::StatusOr<std::vector<Position>> Of(const ObjectId& commit);
  absl::StatusOr<bool> HasEntry(const ObjectId& commit);
  absl::StatusOr<bool> StandsOnOwned(const ObjectId& commit);

  // Where to fork from a commit (design.md): the default branch's position, then another owned one's, then an
  // anonymous one; then least depth; then lowest revision. None: it has no entry.
  absl::StatusOr<Position> ForkPosition(const ObjectId& commit);

  // The anonymous timeline whose newest entry is this commit's; none otherwise.
  absl::StatusOr<TimelineId> AnonymousEndingAt(const ObjectId& commit);

  const Lane& LaneOf(TimelineId id) const { return lanes_[id.value - 1]; }
  // The owned timeline of a ref of this repository.
  std::optional<Lane> FindOwned(std::string_view ref) const;
  std::vector<Lane> OwnedLanes() const;

  // Gives out the next timeline.
  TimelineId Begin(std::string_view ref, Position base);
  // Gives out the next revision, to an entry of `timeline` (none for `refs`).
  struct Step {
    ObjectId commit;  // May be zero.
    uint32_t decoder_version = 0;
    bool ref_deleted = false;
  };
  Revision Record(TimelineId timeline, const Step& step);

  // The version of the decoders that gave the state at a position; the position is one of an entry.
  absl::StatusOr<uint32_t> DecoderVersionAt(Position position) const;

 private:
  absl::Status Load(const ObjectId& commit);

  const RowReader& rows_;
  const RepositoryId repository_;
  const Revision applied_;
  Revision next_;
  std::vector<Lane> lanes_;  // lanes_[id - 1], of all repositories.
  TimelineId default_lane_;
  absl::flat_hash_map<ObjectId, std::vector<Position>> positions_;
  std::vector<uint32_t> decoder_versions_;  // Of the entries that this run gave out, the first after `applied_` first.
};

}  // namespace setpoint::storage
