// Which version of a resource holds at a position, for questions that ask it again and again: the rows of a resource
// are neighbours, so that one scan answers what else would be a seek each. One thread at a time.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "query/view.h"
#include "storage/projections/versions.h"

namespace setpoint::query {

enum class LookupMode {
  kScan,  // All rows of a resource, when it is asked for first.
  kSeek,  // Each row alone: for those who will stop early.
};

class VersionLookup {
 public:
  VersionLookup(const View& view, LookupMode mode) : view_(view), mode_(mode) {}

  // As FindVersion of storage/projections/versions.h.
  absl::StatusOr<std::optional<storage::Version>> Find(storage::ResourceId resource, storage::Position position);

  // Every row of the resource, on all timelines, by timeline, newest first on each; valid until the next call.
  absl::StatusOr<const std::vector<storage::Version>*> RowsOf(storage::ResourceId resource);

 private:
  View view_;
  const LookupMode mode_;
  absl::flat_hash_map<storage::ResourceId, std::vector<storage::Version>> rows_;
};

// The version of a key that is alive at a position. Any thread.
absl::StatusOr<std::optional<storage::Version>> FindAlive(const View& view, storage::Position position,
                                                          std::string_view key);

}  // namespace setpoint::query
