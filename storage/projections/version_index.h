// The versions of the resources that the writer has met, in memory: what FindVersion answers, for rows that are not
// durable yet, and without a seek. A resource's rows are read from the store when it is met first.
// One thread at a time: the writer's.
#pragma once

#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "storage/base/ids.h"
#include "storage/engine/store.h"
#include "storage/projections/timelines.h"
#include "storage/projections/versions.h"

namespace setpoint::storage {

class VersionIndex {
 public:
  // `durable` outlives this; rows beyond `applied` in it are not looked at.
  VersionIndex(const RowReader& durable, Revision applied) : durable_(durable), applied_(applied) {}

  // As FindVersion of versions.h; the pointer is valid until the next Add.
  absl::StatusOr<const Version*> Find(const Timelines& timelines, ResourceId resource, Position at);

  absl::Status Add(const Version& version);

 private:
  absl::StatusOr<std::vector<Version>*> RowsOf(ResourceId resource);

  const RowReader& durable_;
  const Revision applied_;
  // In the order of their revisions.
  absl::flat_hash_map<ResourceId, std::vector<Version>> rows_;
};

}  // namespace setpoint::storage
