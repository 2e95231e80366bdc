// Which versions a version came from: what the commit that shows it found at its parents. One thread at a time.
#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "query/entry_facts.h"
#include "query/version_lookup.h"
#include "query/view.h"
#include "query/visibility.h"
#include "storage/projections/entry_rows.h"
#include "storage/projections/versions.h"

namespace setpoint::query {

class Predecessors {
 public:
  // `at`: where the question is asked. `mode`: how versions are looked up (version_lookup.h).
  Predecessors(const View& view, storage::RepositoryId repository, storage::Position at, LookupMode mode);

  bool OnLineage(storage::Position position) const;

  // The positions whose state the entry of a version was made from, in the order in which origins are asked for: where
  // its commit stands already; else the timeline before it, then the commit's parents. Asked for one by one, since the
  // first one mostly answers.
  struct Place {
    storage::Position position;
    // Any parent, while the entry tells what moved from the place before it only.
    bool is_parent = false;
  };
  class Places {
   public:
    // Nothing: there are no more.
    absl::StatusOr<std::optional<Place>> Next();
    // Not a commit made the version but the store: a newer decoder, or blobs that came later.
    absl::StatusOr<bool> IsOfStore();

   private:
    friend class Predecessors;
    Places(Predecessors& predecessors, const storage::Version& version)
        : predecessors_(predecessors), position_(version.position), source_(version.source) {}
    // A commit with all of its parents: the first place is the timeline before it, whatever else its entry says.
    bool IsMadeOfParents() const {
      return source_ == storage::StateSource::kParent || source_ == storage::StateSource::kParents;
    }
    absl::StatusOr<Place> First();
    absl::Status ReadEntry();
    absl::Status ReadParents();

    Predecessors& predecessors_;
    const storage::Position position_;
    const storage::StateSource source_;
    std::optional<storage::EntryRow> entry_;  // Once the version's own row does not tell enough.
    bool has_begun_ = false;
    bool knows_parents_ = false;
    std::vector<storage::Position> parents_;  // Those still to come, last first.
  };
  Places PlacesBefore(const storage::Version& version);
  // Only the timeline before the version.
  static Place TimelineBefore(const storage::Version& version);

  // The resource as it was there, under whatever key: its own, or the one that this version moved from. At a parent
  // also the one that it moved to there, or that it had earlier on the lineage of the version, unless that one stands
  // beside it now. Nothing: it was not there.
  absl::StatusOr<std::optional<storage::Version>> FindAt(const Place& place, const storage::Version& version);

  // The entry that last changed the version's file at or before it on its timeline, through merges: who a field is to
  // be blamed on that no commit wrote, since a newer decoder saw it.
  absl::StatusOr<storage::Revision> FileOrigin(const storage::Version& version);

 private:
  using Found = absl::StatusOr<std::optional<storage::Version>>;
  Found FindAlive(storage::ResourceId resource, storage::Position position);
  Found FindWhereItMoved(storage::Position position, const storage::Version& version);
  Found FindUnderEarlierKey(storage::Position position, const storage::Version& version);
  absl::StatusOr<storage::Position> FirstPosition(const storage::ObjectId& commit);
  absl::StatusOr<std::vector<storage::Position>> ParentPositions(const storage::ObjectId& commit,
                                                                 storage::Revision before);
  absl::StatusOr<storage::Position> OwnPosition(storage::Position first, storage::Revision before);
  absl::StatusOr<std::optional<storage::Position>> OwnPosition(const storage::ObjectId& commit,
                                                               storage::Revision before);

  View view_;
  const storage::RepositoryId repository_;
  const VisiblePaths visible_;  // What cannot be seen is nobody's predecessor.
  const std::vector<storage::Position> lineage_;
  VersionLookup versions_;
};

}  // namespace setpoint::query
