#include "storage/log/meta.h"

#include <string>

#include "storage/base/coding.h"
#include "storage/base/concat.h"

namespace setpoint::storage {
namespace {

constexpr std::string_view kAppliedKey = "applied";
constexpr std::string_view kOldestKey = "oldest";
constexpr std::string_view kProjectionPrefix = "projection/";

absl::Status Damaged(std::string_view key) {
  return absl::DataLossError(Concat("the row `", key, "` of the family `meta` is damaged"));
}

// None (0) where there is no such row.
absl::StatusOr<Revision> ReadRevision(const RowReader& rows, std::string_view key) {
  const absl::StatusOr<std::optional<std::string>> row = rows.Get(Family::kMeta, key);
  if (!row.ok()) return row.status();
  if (!row->has_value()) return Revision();
  ByteReader reader(**row);
  const Revision revision(reader.BigEndian64());
  if (!reader.Finished()) return Damaged(key);
  return revision;
}

void PutRevision(std::string_view key, Revision revision, RowSink& sink) {
  std::string value;
  AppendBigEndian64(value, revision.value);
  sink.Put(Family::kMeta, key, value);
}

}  // namespace

absl::StatusOr<Revision> ReadApplied(const RowReader& rows) { return ReadRevision(rows, kAppliedKey); }

void PutApplied(Revision revision, RowSink& sink) { PutRevision(kAppliedKey, revision, sink); }

absl::StatusOr<Revision> ReadOldest(const RowReader& rows) { return ReadRevision(rows, kOldestKey); }

void PutOldest(Revision revision, RowSink& sink) { PutRevision(kOldestKey, revision, sink); }

absl::StatusOr<std::optional<uint32_t>> ReadProjectionVersion(const RowReader& rows, std::string_view projection) {
  const std::string key = Concat(kProjectionPrefix, projection);
  const absl::StatusOr<std::optional<std::string>> row = rows.Get(Family::kMeta, key);
  if (!row.ok()) return row.status();
  if (!row->has_value()) return std::nullopt;
  ByteReader reader(**row);
  const uint32_t version = reader.BigEndian32();
  if (!reader.Finished()) return Damaged(key);
  return version;
}

void PutProjectionVersion(std::string_view projection, uint32_t version, RowSink& sink) {
  std::string value;
  AppendBigEndian32(value, version);
  sink.Put(Family::kMeta, Concat(kProjectionPrefix, projection), value);
}

}  // namespace setpoint::storage
