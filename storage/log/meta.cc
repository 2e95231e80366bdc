#include "storage/log/meta.h"

#include <string>

#include "storage/base/coding.h"
#include "storage/base/concat.h"

namespace setpoint::storage {
namespace {

constexpr std::string_view kAppliedKey = "applied";
constexpr std::string_view kProjectionPrefix = "projection/";

absl::Status Damaged(std::string_view key) {
  return absl::DataLossError(Concat("the row `", key, "` of the family `meta` is damaged"));
}

}  // namespace

absl::StatusOr<Revision> ReadApplied(const RowReader& rows) {
  const absl::StatusOr<std::optional<std::string>> row = rows.Get(Family::kMeta, kAppliedKey);
  if (!row.ok()) return row.status();
  if (!row->has_value()) return Revision();
  ByteReader reader(**row);
  const Revision applied(reader.BigEndian64());
  if (!reader.Finished()) return Damaged(kAppliedKey);
  return applied;
}

void PutApplied(Revision revision, RowSink& sink) {
  std::string value;
  AppendBigEndian64(value, revision.value);
  sink.Put(Family::kMeta, kAppliedKey, value);
}

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
