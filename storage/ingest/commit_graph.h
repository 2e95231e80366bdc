// The commits that a plan walks over: read from the mirror, or from the store where the mirror has lost them, and kept.
// One thread at a time; reader, rows and names outlive it.
#pragma once

#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "storage/base/ids.h"
#include "storage/base/object_id.h"
#include "storage/engine/store.h"
#include "storage/git/commit.h"
#include "storage/git/object_reader.h"

namespace setpoint::storage {

class CommitGraph {
 public:
  // `repository` may be none (never ingested): then the store is not asked.
  CommitGraph(ObjectReader& objects, const RowReader& rows, RepositoryId repository)
      : objects_(objects), rows_(rows), repository_(repository) {}

  // The commits at which a shallow source ends: they have no parents here.
  void SetShallowBoundary(const std::vector<ObjectId>& boundary) { boundary_.insert(boundary.begin(), boundary.end()); }

  // Tree, parents and time of a commit; valid until the graph is destroyed. kNotFound, naming the id, where neither
  // the mirror nor the store has it; kDataLoss where it is no well-formed commit.
  absl::StatusOr<const CommitLinks*> Links(const ObjectId& commit);

  // The bytes of a commit or tag object. Those that Links read are kept for the first who asks, within a bound.
  absl::StatusOr<RawObject> Raw(const ObjectId& object);

 private:
  // Bytes of commits that wait to be asked for: the commits of a plan are all walked before the first is taken in.
  static constexpr size_t kKeptBytesMax = size_t{32} << 20;

  absl::StatusOr<RawObject> Read(const ObjectId& object);

  ObjectReader& objects_;
  const RowReader& rows_;
  const RepositoryId repository_;
  absl::flat_hash_set<ObjectId> boundary_;
  absl::flat_hash_map<ObjectId, std::unique_ptr<CommitLinks>> links_;
  absl::flat_hash_map<ObjectId, std::string> kept_;
  size_t kept_bytes_ = 0;
};

}  // namespace setpoint::storage
