// Derives every projection of one entry: the one place that ingest, rebuild, verify and followers share, so that the
// projections are a function of the log (and of the commit objects it names) and of nothing else.
// One thread at a time: the writer's.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "storage/base/ids.h"
#include "storage/engine/row_sink.h"
#include "storage/engine/store.h"
#include "storage/log/entry.h"
#include "storage/log/fact_keys.h"
#include "storage/projections/catalog.h"
#include "storage/projections/holds.h"
#include "storage/projections/pending_rows.h"
#include "storage/projections/steps.h"
#include "storage/projections/timeline_tips.h"
#include "storage/projections/version_index.h"
#include "storage/projections/versions.h"

namespace setpoint::storage {

// Rises with any change to what the projections hold; a store with another number is rebuilt when opened.
inline constexpr uint32_t kProjectionsVersion = 5;

// What the projector must know of an entry's commit.
struct CommitFacts {
  std::vector<ObjectId> parents;  // As far as they have entries: none at a shallow boundary.
  int64_t committed = 0;          // Committer time, seconds since 1970.
};

// The contents and texts that an entry names first: whoever appends it keeps them under these keys, and gives the
// contents to the TermWriter (terms.h).
struct NewFacts {
  std::vector<std::pair<uint32_t, ContentKey>> contents;  // (index of the change in Entry::changes, key)
  std::vector<std::pair<uint32_t, TextKey>> texts;        // (index of the file in Entry::files, key)
  // Resources whose version this entry wrote with a content that another resource named: for TermWriter.
  std::vector<std::pair<ResourceId, ResourceId>> borrowed;
};

class Projector {
 public:
  // Both outlive this. `catalog` holds the tables of what is durable and is extended by Apply (never published here).
  Projector(const RowReader& durable, Catalog& catalog);

  // Where rows go from now on.
  void SetTarget(RowSink& target) { pending_.SetTarget(target); }

  // Puts every row of the entry into the target. `facts` may be null only where the entry has no commit. After an
  // error the projector and its catalog are of no use any more.
  absl::StatusOr<NewFacts> Apply(Revision revision, const Entry& entry, const CommitFacts* facts);

  // The rows put so far are on their way to the disk, and, for Forget, the oldest of those have reached it.
  void Seal() { pending_.Seal(); }
  void Forget() { pending_.Forget(); }

  // Durable rows and those on their way, for whoever plans the next entry (holds, steps).
  const RowReader& rows() const { return pending_; }

  // The files that do not decode whole at a position, by path id.
  absl::StatusOr<std::vector<PathId>> UndecodedPaths(Position at) const;

  // The position that a timeline's birth names; none where it forks at nothing. kDataLoss where there is no such entry.
  absl::StatusOr<Position> ResolveFork(RepositoryId repository, const ForkPoint& point);

  // The version of a resource at a position, as FindVersion of versions.h; valid until the next Apply.
  absl::StatusOr<const Version*> VersionAt(ResourceId resource, Position at) {
    return versions_.Find(catalog_.timelines, resource, at);
  }

  // Where reading a commit means: its first position. None: it has no entry.
  absl::StatusOr<Position> FirstPosition(RepositoryId repository, const ObjectId& commit);

 private:
  struct Scope;  // One entry under way.

  absl::Status BeginTimeline(Scope& scope, const CommitFacts* facts);
  absl::Status ApplyFiles(Scope& scope);
  absl::Status ApplyChanges(Scope& scope);
  absl::Status ApplyChange(Scope& scope, uint32_t index);
  absl::Status PutTombstone(Scope& scope, Version tombstone);
  absl::Status ApplySteps(Scope& scope);
  absl::Status ApplyHolds(Scope& scope);
  absl::Status ApplyPointers(Scope& scope);
  absl::Status FindOrigins(Scope& scope, const CommitFacts* facts);
  static void PutHead(const Scope& scope, RowSink& sink);
  absl::StatusOr<Revision> OriginOf(const Scope& scope, const Version& version);
  absl::StatusOr<std::pair<uint64_t, uint64_t>> CountsBefore(const Scope& scope) const;

  Catalog& catalog_;
  const RowReader& durable_;
  const Revision applied_;  // When this began: later entries are known from memory.
  PendingRows pending_;
  VersionIndex versions_;
  TimelineTips tips_;
  absl::flat_hash_map<std::pair<RepositoryId, ObjectId>, std::vector<Position>> positions_;
};

}  // namespace setpoint::storage
