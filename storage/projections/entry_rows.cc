#include "storage/projections/entry_rows.h"

#include <string>

#include "storage/base/coding.h"
#include "storage/base/concat.h"

namespace setpoint::storage {
namespace {

constexpr uint8_t kNoCommitFlag = 0x80;

std::string Key(Revision revision) {
  std::string key;
  AppendBigEndian32(key, RepositoryId().value);
  AppendBigEndian64(key, revision.value);
  return key;
}

}  // namespace

void PutEntryRow(Revision revision, const EntryRow& row, RowSink& sink) {
  std::string value;
  value.push_back(static_cast<char>(row.cause));
  value.push_back(static_cast<char>(static_cast<uint8_t>(row.source) | (row.commit.IsZero() ? kNoCommitFlag : 0)));
  AppendVarint(value, row.timeline.value);
  AppendSignedVarint(value, row.observed);
  if (!row.commit.IsZero()) value.append(row.commit.Bytes());
  if (row.cause == Cause::kReset) value.append(row.commit_before.Bytes());
  AppendVarint(value, row.places.size());
  for (const Position& place : row.places) {
    AppendVarint(value, place.timeline.value);
    AppendVarint(value, place.revision.value);
  }
  sink.Put(Family::kPositions, Key(revision), value);
}

bool IsEntryRow(std::string_view key) { return ByteReader(key).BigEndian32() == RepositoryId().value; }

absl::StatusOr<std::optional<EntryRow>> FindEntryRow(const RowReader& rows, Revision revision) {
  const absl::StatusOr<std::optional<std::string>> value = rows.Get(Family::kPositions, Key(revision));
  if (!value.ok()) return value.status();
  if (!value->has_value()) return std::nullopt;
  ByteReader reader(**value);
  EntryRow row;
  row.cause = static_cast<Cause>(reader.Byte());
  const uint8_t source = reader.Byte();
  row.source = static_cast<StateSource>(source & ~kNoCommitFlag);
  row.timeline = TimelineId(static_cast<uint32_t>(reader.Varint()));
  row.observed = reader.SignedVarint();
  if ((source & kNoCommitFlag) == 0) {
    row.commit = ObjectId::FromBytes(reader.Take(ObjectId::kSize)).value_or(ObjectId());
  }
  if (row.cause == Cause::kReset) {
    row.commit_before = ObjectId::FromBytes(reader.Take(ObjectId::kSize)).value_or(ObjectId());
  }
  const uint64_t count = reader.Varint();
  for (uint64_t i = 0; i < count && !reader.failed(); ++i) {
    const TimelineId timeline(static_cast<uint32_t>(reader.Varint()));
    row.places.push_back({timeline, Revision(reader.Varint())});
  }
  if (!reader.Finished()) {
    return absl::DataLossError(Concat("the row of r", revision.value, " is malformed; run `setpoint rebuild`"));
  }
  return row;
}

}  // namespace setpoint::storage
