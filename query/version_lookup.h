// Which version of a resource holds at a position, for questions that ask it again and again along one lineage: the
// rows of a resource are neighbours, so that one scan answers what else would be a seek each. One thread at a time.
#pragma once

#include <optional>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "query/view.h"
#include "storage/projections/versions.h"

namespace setpoint::query {

class VersionLookup {
 public:
  // `at`: positions on its lineage are the ones that will be asked for most. `scan` false: seek each, for those who
  // will stop early.
  VersionLookup(const View& view, storage::Position at, bool scan)
      : view_(view), lineage_(view.catalog.timelines.Lineage(at)), at_(at), scan_(scan) {}

  // As FindVersion of storage/projections/versions.h.
  absl::StatusOr<std::optional<storage::Version>> Find(storage::ResourceId resource, storage::Position position);

 private:
  View view_;
  const std::vector<storage::Position> lineage_;
  const storage::Position at_;
  const bool scan_;
  // All rows on the lineage, newest first.
  absl::flat_hash_map<storage::ResourceId, std::vector<storage::Version>> rows_;
};

}  // namespace setpoint::query
