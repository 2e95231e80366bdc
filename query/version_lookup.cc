#include "query/version_lookup.h"

#include <algorithm>

namespace setpoint::query {

absl::StatusOr<std::optional<storage::Version>> VersionLookup::Find(storage::ResourceId resource,
                                                                    storage::Position position) {
  const bool on_lineage = std::any_of(lineage_.begin(), lineage_.end(), [&](const storage::Position& each) {
    return each.timeline == position.timeline && position.revision <= each.revision;
  });
  if (!scan_ || !on_lineage) return storage::FindVersion(view_.rows, view_.catalog.timelines, resource, position);
  auto found = rows_.find(resource);
  if (found == rows_.end()) {
    auto rows = storage::VersionsOnTimeline(view_.rows, view_.catalog.timelines, resource, at_);
    if (!rows.ok()) return rows.status();
    found = rows_.emplace(resource, *std::move(rows)).first;
  }
  // A timeline begins after the position that it forks from, so whatever lies at or before the position's revision on
  // the whole lineage lies on the position's own.
  const auto& rows = found->second;
  const auto row = std::partition_point(rows.begin(), rows.end(), [&](const storage::Version& each) {
    return each.position.revision > position.revision;
  });
  if (row == rows.end()) return std::nullopt;
  return *row;
}

}  // namespace setpoint::query
