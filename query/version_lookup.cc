#include "query/version_lookup.h"

#include <algorithm>
#include <memory>
#include <string>
#include <tuple>

#include "storage/base/coding.h"

namespace setpoint::query {

using storage::Position;
using storage::Version;

absl::StatusOr<std::optional<Version>> FindAlive(const View& view, Position position, std::string_view key) {
  const storage::ResourceId resource = view.catalog.names.FindResource(key);
  if (resource.IsNone()) return std::nullopt;
  auto version = storage::FindVersion(view.rows, view.catalog.timelines, resource, position);
  if (version.ok() && version->has_value() && !(*version)->IsAlive()) return std::nullopt;
  return version;
}

absl::StatusOr<const std::vector<Version>*> VersionLookup::RowsOf(storage::ResourceId resource) {
  const auto [found, is_new] = rows_.try_emplace(resource);
  if (!is_new) return &found->second;
  std::string prefix;
  storage::AppendBigEndian32(prefix, resource.value);
  const std::unique_ptr<storage::RowIterator> row = view_.rows.Scan(storage::Family::kVersions, prefix);
  for (; row->Valid(); row->Next()) {
    absl::StatusOr<Version> version = storage::DecodeVersion(row->Key(), row->Value());
    if (!version.ok()) return version.status();
    found->second.push_back(*std::move(version));
  }
  if (absl::Status status = row->Status(); !status.ok()) return status;
  return &found->second;
}

absl::StatusOr<std::optional<Version>> VersionLookup::Find(storage::ResourceId resource, Position position) {
  if (mode_ == LookupMode::kSeek) {
    return storage::FindVersion(view_.rows, view_.catalog.timelines, resource, position);
  }
  auto rows = RowsOf(resource);
  if (!rows.ok()) return rows.status();
  if ((*rows)->empty()) return std::nullopt;
  for (const Position& place : view_.catalog.timelines.Lineage(position)) {
    const auto row = std::partition_point((*rows)->begin(), (*rows)->end(), [&](const Version& each) {
      return std::tuple(each.position.timeline, place.revision) < std::tuple(place.timeline, each.position.revision);
    });
    if (row != (*rows)->end() && row->position.timeline == place.timeline) return *row;
  }
  return std::nullopt;
}

}  // namespace setpoint::query
