#include "storage/projections/steps.h"

#include <string>
#include <utility>

#include "storage/base/coding.h"
#include "storage/base/concat.h"

namespace setpoint::storage {
namespace {

// step := flags u8 · format u8 · resource varint · path varint · [moved_from varint] · [content]
// flags := operation (3 bits) · stale · has moved_from · content named here first
// content := nothing where it is named here first or deleted, else resource varint · revision varint · index varint
constexpr uint8_t kOperationMask = 0x07;
constexpr uint8_t kStaleFlag = 0x08;
constexpr uint8_t kMovedFlag = 0x10;
constexpr uint8_t kOwnContentFlag = 0x20;

// So few revisions are asked for by their keys: for a watcher that is up to date the rows are the newest written, and
// found at once, where a scan first looks at every file.
constexpr uint64_t kAskedOneByOne = 2;

std::string TimelinePrefix(TimelineId timeline) {
  std::string prefix;
  AppendBigEndian32(prefix, timeline.value);
  AppendBigEndian32(prefix, 0);
  return prefix;
}

std::string Key(Position position) {
  std::string key = TimelinePrefix(position.timeline);
  AppendBigEndian64(key, position.revision.value);
  return key;
}

void AppendStep(const Step& step, ContentKey own, std::string& out) {
  const bool is_own = step.content == own;
  uint8_t flags = static_cast<uint8_t>(step.operation);
  if (step.stale) flags |= kStaleFlag;
  if (!step.moved_from.IsNone()) flags |= kMovedFlag;
  if (is_own) flags |= kOwnContentFlag;
  out.push_back(static_cast<char>(flags));
  out.push_back(static_cast<char>(step.format));
  AppendVarint(out, step.resource.value);
  AppendVarint(out, step.path.value);
  if (!step.moved_from.IsNone()) AppendVarint(out, step.moved_from.value);
  if (is_own || step.operation == Operation::kDeleted) return;
  AppendVarint(out, step.content.resource.value);
  AppendVarint(out, step.content.revision.value);
  AppendVarint(out, step.content.index);
}

Step ReadStep(ByteReader& reader, Revision revision, uint32_t index) {
  Step step;
  const uint8_t flags = reader.Byte();
  step.operation = static_cast<Operation>(flags & kOperationMask);
  step.stale = (flags & kStaleFlag) != 0;
  step.format = reader.Byte();
  step.resource = ResourceId(static_cast<uint32_t>(reader.Varint()));
  step.path = PathId(static_cast<uint32_t>(reader.Varint()));
  if ((flags & kMovedFlag) != 0) step.moved_from = ResourceId(static_cast<uint32_t>(reader.Varint()));
  if ((flags & kOwnContentFlag) != 0) {
    step.content = {step.resource, revision, index};
  } else if (step.operation != Operation::kDeleted) {
    step.content.resource = ResourceId(static_cast<uint32_t>(reader.Varint()));
    step.content.revision = Revision(reader.Varint());
    step.content.index = static_cast<uint32_t>(reader.Varint());
  }
  return step;
}

absl::StatusOr<StepRow> DecodeRow(TimelineId timeline, std::string_view key, std::string_view value) {
  ByteReader key_reader(key.substr(key.size() < 8 ? 0 : key.size() - 8));
  StepRow row;
  row.position = {timeline, Revision(key_reader.BigEndian64())};
  ByteReader reader(value);
  row.cause = static_cast<Cause>(reader.Byte());
  row.alive = reader.Varint();
  row.pending = reader.Varint();
  const uint64_t count = reader.Varint();
  for (uint64_t i = 0; i < count && !reader.failed(); ++i) {
    row.steps.push_back(ReadStep(reader, row.position.revision, static_cast<uint32_t>(i + 1)));
  }
  if (!reader.Finished() || key_reader.failed()) {
    return absl::DataLossError(
        Concat("the steps of revision ", row.position.revision.value, " are malformed; run `setpoint rebuild`"));
  }
  return row;
}

}  // namespace

void PutSteps(const StepRow& row, RowSink& sink) {
  std::string value;
  value.push_back(static_cast<char>(row.cause));
  AppendVarint(value, row.alive);
  AppendVarint(value, row.pending);
  AppendVarint(value, row.steps.size());
  uint32_t index = 0;
  for (const Step& step : row.steps) {
    AppendStep(step, {step.resource, row.position.revision, ++index}, value);
  }
  sink.Put(Family::kSteps, Key(row.position), value);
}

absl::StatusOr<std::optional<StepRow>> FindSteps(const RowReader& rows, Position position) {
  const std::string key = Key(position);
  absl::StatusOr<std::optional<std::string>> value = rows.Get(Family::kSteps, key);
  if (!value.ok()) return value.status();
  if (!value->has_value()) return std::nullopt;
  absl::StatusOr<StepRow> row = DecodeRow(position.timeline, key, **value);
  if (!row.ok()) return row.status();
  return *std::move(row);
}

absl::StatusOr<std::vector<StepRow>> ReadSteps(const RowReader& rows, TimelineId timeline, Revision after,
                                               Revision upto, size_t limit) {
  std::vector<StepRow> found;
  if (upto.value - after.value <= kAskedOneByOne) {
    for (Revision revision(after.value + 1); revision <= upto && found.size() < limit; ++revision.value) {
      absl::StatusOr<std::optional<StepRow>> row = FindSteps(rows, {timeline, revision});
      if (!row.ok()) return row.status();
      if (row->has_value()) found.push_back(**std::move(row));
    }
    return found;
  }
  const std::unique_ptr<RowIterator> iterator = rows.Scan(Family::kSteps, TimelinePrefix(timeline));
  iterator->Seek(Key({timeline, Revision(after.value + 1)}));
  for (; iterator->Valid() && found.size() < limit; iterator->Next()) {
    absl::StatusOr<StepRow> row = DecodeRow(timeline, iterator->Key(), iterator->Value());
    if (!row.ok()) return row.status();
    if (row->position.revision > upto) break;
    found.push_back(*std::move(row));
  }
  if (absl::Status status = iterator->Status(); !status.ok()) return status;
  return found;
}

absl::StatusOr<std::optional<StepRow>> LastSteps(const RowReader& rows, TimelineId timeline, Revision upto) {
  auto found = rows.Last(Family::kSteps, Key({timeline, upto}), TimelinePrefix(timeline));
  if (!found.ok()) return found.status();
  if (!found->has_value()) return std::nullopt;
  absl::StatusOr<StepRow> row = DecodeRow(timeline, (*found)->first, (*found)->second);
  if (!row.ok()) return row.status();
  return *std::move(row);
}

}  // namespace setpoint::storage
