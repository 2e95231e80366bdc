#include "storage/projections/version_index.h"

#include <algorithm>
#include <memory>
#include <string>

#include "storage/base/coding.h"

namespace setpoint::storage {

absl::StatusOr<std::vector<Version>*> VersionIndex::RowsOf(ResourceId resource) {
  const auto [found, is_new] = rows_.try_emplace(resource);
  std::vector<Version>& rows = found->second;
  if (!is_new || applied_.IsNone()) return &rows;
  std::string prefix;
  AppendBigEndian32(prefix, resource.value);
  const std::unique_ptr<RowIterator> iterator = durable_.Scan(Family::kVersions, prefix);
  for (; iterator->Valid(); iterator->Next()) {
    absl::StatusOr<Version> version = DecodeVersion(iterator->Key(), iterator->Value());
    if (!version.ok()) return version.status();
    if (version->position.revision <= applied_) rows.push_back(*std::move(version));
  }
  if (absl::Status status = iterator->Status(); !status.ok()) return status;
  std::sort(rows.begin(), rows.end(),
            [](const Version& a, const Version& b) { return a.position.revision < b.position.revision; });
  return &rows;
}

absl::StatusOr<const Version*> VersionIndex::Find(const Timelines& timelines, ResourceId resource, Position at) {
  absl::StatusOr<std::vector<Version>*> rows = RowsOf(resource);
  if (!rows.ok()) return rows.status();
  if ((*rows)->empty()) return nullptr;
  for (const Position& position : timelines.Lineage(at)) {
    for (auto row = (*rows)->rbegin(); row != (*rows)->rend(); ++row) {
      if (row->position.timeline == position.timeline && row->position.revision <= position.revision) return &*row;
    }
  }
  return nullptr;
}

absl::Status VersionIndex::Add(const Version& version) {
  absl::StatusOr<std::vector<Version>*> rows = RowsOf(version.resource);
  if (!rows.ok()) return rows.status();
  (*rows)->push_back(version);
  return absl::OkStatus();
}

}  // namespace setpoint::storage
