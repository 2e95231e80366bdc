#include "storage/projections/positions.h"

#include <algorithm>
#include <limits>
#include <memory>

#include "storage/base/coding.h"
#include "storage/base/concat.h"
#include "storage/base/hex.h"
#include "storage/projections/steps.h"

namespace setpoint::storage {
namespace {

absl::Status Malformed(std::string_view family) {
  return absl::DataLossError(Concat("a row of `", family, "` is malformed; run `setpoint rebuild`"));
}

std::string RepositoryPrefix(RepositoryId repository) {
  std::string prefix;
  AppendBigEndian32(prefix, repository.value);
  return prefix;
}

std::string CommitPrefix(RepositoryId repository, const ObjectId& commit) {
  std::string prefix = RepositoryPrefix(repository);
  prefix.append(commit.Bytes());
  return prefix;
}

std::string PointerPrefix(RepositoryId repository, std::string_view ref) {
  std::string prefix = RepositoryPrefix(repository);
  prefix.append(ref);
  prefix.push_back('\0');
  return prefix;
}

std::string TimePrefix(TimelineId timeline, TimeAxis axis) {
  std::string prefix;
  AppendBigEndian32(prefix, timeline.value);
  prefix.push_back(static_cast<char>(axis));
  return prefix;
}

// Seconds of either sign in number order.
uint64_t OffsetSeconds(int64_t seconds) { return static_cast<uint64_t>(seconds) ^ (uint64_t{1} << 63); }

std::string TimeKey(TimelineId timeline, TimeAxis axis, int64_t seconds, Revision revision) {
  std::string key = TimePrefix(timeline, axis);
  AppendBigEndian64(key, OffsetSeconds(seconds));
  AppendBigEndian64(key, revision.value);
  return key;
}

// The last row of `axis` with time ≤ `seconds` and revision ≤ `newest`, on one timeline alone.
absl::StatusOr<std::optional<Revision>> LastByTime(const RowReader& rows, TimelineId timeline, TimeAxis axis,
                                                   int64_t seconds, Revision newest) {
  const std::string prefix = TimePrefix(timeline, axis);
  std::string key = TimeKey(timeline, axis, seconds, Revision(std::numeric_limits<uint64_t>::max()));
  while (true) {
    auto found = rows.Last(Family::kTimes, key, prefix);
    if (!found.ok()) return found.status();
    if (!found->has_value()) return std::nullopt;
    ByteReader reader((*found)->first);
    reader.Take(prefix.size());
    const int64_t time = static_cast<int64_t>(reader.BigEndian64() ^ (uint64_t{1} << 63));
    const Revision revision(reader.BigEndian64());
    if (!reader.Finished()) return Malformed("times");
    if (revision <= newest) return revision;
    // Both axes grow along a timeline, so that what is too new lies at the end: step over it.
    key = TimeKey(timeline, axis, time, Revision(revision.value - 1));
  }
}

}  // namespace

void PutPosition(RepositoryId repository, const ObjectId& commit, Position position, RowSink& sink) {
  std::string key = CommitPrefix(repository, commit);
  AppendBigEndian64(key, position.revision.value);
  std::string value;
  AppendVarint(value, position.timeline.value);
  sink.Put(Family::kPositions, key, value);
}

void PutPointer(RepositoryId repository, std::string_view ref, Revision revision, const ObjectId& commit,
                RowSink& sink) {
  std::string key = PointerPrefix(repository, ref);
  AppendBigEndian64(key, ~revision.value);
  sink.Put(Family::kPointers, key, commit.Bytes());
}

void PutTime(TimelineId timeline, TimeAxis axis, int64_t seconds, Revision revision, RowSink& sink) {
  sink.Put(Family::kTimes, TimeKey(timeline, axis, seconds, revision), {});
}

absl::StatusOr<std::vector<Position>> FindPositions(const RowReader& rows, RepositoryId repository,
                                                    const ObjectId& commit, Revision applied) {
  std::vector<Position> positions;
  const std::string prefix = CommitPrefix(repository, commit);
  const std::unique_ptr<RowIterator> iterator = rows.Scan(Family::kPositions, prefix);
  for (; iterator->Valid(); iterator->Next()) {
    ByteReader key(iterator->Key().substr(prefix.size()));
    ByteReader value(iterator->Value());
    const Revision revision(key.BigEndian64());
    const TimelineId timeline(static_cast<uint32_t>(value.Varint()));
    if (!key.Finished() || !value.Finished()) return Malformed("positions");
    if (revision > applied) break;
    positions.push_back({timeline, revision});
  }
  if (absl::Status status = iterator->Status(); !status.ok()) return status;
  return positions;
}

absl::StatusOr<std::vector<ObjectId>> FindCommitsByPrefix(const RowReader& rows, RepositoryId repository,
                                                          std::string_view hex_prefix, size_t limit) {
  std::vector<ObjectId> commits;
  const bool odd = hex_prefix.size() % 2 != 0;
  const std::optional<std::string> whole_bytes = HexDecode(hex_prefix.substr(0, hex_prefix.size() - (odd ? 1 : 0)));
  const std::optional<std::string> half_byte =
      HexDecode(odd ? Concat("0", hex_prefix.substr(hex_prefix.size() - 1)) : "");
  if (!whole_bytes || !half_byte) return absl::InvalidArgumentError("an abbreviated commit id is 7 to 39 hex digits");
  const std::string prefix = RepositoryPrefix(repository) + *whole_bytes;
  const std::unique_ptr<RowIterator> iterator = rows.Scan(Family::kPositions, prefix);
  for (; iterator->Valid() && commits.size() < limit; iterator->Next()) {
    const std::string_view key = iterator->Key();
    if (key.size() != 4 + ObjectId::kSize + 8) return Malformed("positions");
    const auto next_byte = static_cast<uint8_t>(key[std::min(prefix.size(), key.size() - 1)]);
    if (odd && (next_byte >> 4) != static_cast<uint8_t>((*half_byte)[0])) continue;
    const ObjectId commit = *ObjectId::FromBytes(key.substr(4, ObjectId::kSize));
    if (commits.empty() || commits.back() != commit) commits.push_back(commit);
  }
  if (absl::Status status = iterator->Status(); !status.ok()) return status;
  return commits;
}

absl::StatusOr<std::optional<ObjectId>> FindPointer(const RowReader& rows, RepositoryId repository,
                                                    std::string_view ref, Revision at) {
  const std::string prefix = PointerPrefix(repository, ref);
  std::string key = prefix;
  AppendBigEndian64(key, ~at.value);
  auto found = rows.First(Family::kPointers, key, prefix);
  if (!found.ok()) return found.status();
  if (!found->has_value()) return std::nullopt;
  const std::optional<ObjectId> commit = ObjectId::FromBytes((*found)->second);
  if (!commit) return Malformed("pointers");
  if (commit->IsZero()) return std::nullopt;
  return *commit;
}

absl::StatusOr<std::vector<Pointer>> ListPointers(const RowReader& rows, RepositoryId repository, Revision at) {
  std::vector<Pointer> pointers;
  const std::string prefix = RepositoryPrefix(repository);
  const std::unique_ptr<RowIterator> iterator = rows.Scan(Family::kPointers, prefix);
  std::string last_ref;
  for (; iterator->Valid(); iterator->Next()) {
    const std::string_view key = iterator->Key();
    const std::optional<ObjectId> commit = ObjectId::FromBytes(iterator->Value());
    if (!commit || key.size() < prefix.size() + 9) return Malformed("pointers");
    const std::string_view ref = key.substr(prefix.size(), key.size() - prefix.size() - 9);
    const Revision revision(~ByteReader(key.substr(key.size() - 8)).BigEndian64());
    // Newest first within a ref: the first row at or before `at` decides.
    if (revision > at || ref == last_ref) continue;
    last_ref = std::string(ref);
    if (!commit->IsZero()) pointers.push_back({last_ref, *commit, revision});
  }
  if (absl::Status status = iterator->Status(); !status.ok()) return status;
  return pointers;
}

absl::StatusOr<std::optional<Position>> FindByTime(const RowReader& rows, const Timelines& timelines,
                                                   TimelineId timeline, TimeAxis axis, int64_t seconds,
                                                   Revision applied) {
  for (const Position& position : timelines.Lineage({timeline, applied})) {
    absl::StatusOr<std::optional<Revision>> found =
        LastByTime(rows, position.timeline, axis, seconds, position.revision);
    if (!found.ok()) return found.status();
    if (found->has_value()) return Position{position.timeline, **found};
  }
  return std::nullopt;
}

absl::StatusOr<std::optional<Position>> FindAtRevision(const RowReader& rows, const Timelines& timelines,
                                                       TimelineId timeline, Revision revision) {
  for (const Position& position : timelines.Lineage({timeline, revision})) {
    const Revision upto = std::min(position.revision, revision);
    absl::StatusOr<std::optional<StepRow>> found = LastSteps(rows, position.timeline, upto);
    if (!found.ok()) return found.status();
    if (found->has_value()) return (*found)->position;
  }
  return std::nullopt;
}

}  // namespace setpoint::storage
