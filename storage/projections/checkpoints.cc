#include "storage/projections/checkpoints.h"

#include <string>

#include "storage/base/coding.h"
#include "storage/base/concat.h"

namespace setpoint::storage {
namespace {

// item := resource (difference to the one before) varint · flags u8 · format u8 · revision varint · index varint ·
//         path varint · [content: resource varint · revision varint · index varint]
constexpr uint8_t kStaleFlag = 0x01;
constexpr uint8_t kOtherContentFlag = 0x02;

std::string Prefix(TimelineId timeline) {
  std::string prefix;
  AppendBigEndian32(prefix, timeline.value);
  return prefix;
}

std::string Key(Position position) {
  std::string key = Prefix(position.timeline);
  AppendBigEndian64(key, position.revision.value);
  return key;
}

void AppendItem(const StateItem& item, ResourceId before, std::string& out) {
  const bool other_content = item.content != ContentKey{item.resource, item.revision, item.index};
  AppendVarint(out, item.resource.value - before.value);
  out.push_back(static_cast<char>((item.stale ? kStaleFlag : 0) | (other_content ? kOtherContentFlag : 0)));
  out.push_back(static_cast<char>(item.format));
  AppendVarint(out, item.revision.value);
  AppendVarint(out, item.index);
  AppendVarint(out, item.path.value);
  if (!other_content) return;
  AppendVarint(out, item.content.resource.value);
  AppendVarint(out, item.content.revision.value);
  AppendVarint(out, item.content.index);
}

StateItem ReadItem(ByteReader& reader, ResourceId before) {
  StateItem item;
  item.resource = ResourceId(before.value + static_cast<uint32_t>(reader.Varint()));
  const uint8_t flags = reader.Byte();
  item.stale = (flags & kStaleFlag) != 0;
  item.format = reader.Byte();
  item.revision = Revision(reader.Varint());
  item.index = static_cast<uint32_t>(reader.Varint());
  item.path = PathId(static_cast<uint32_t>(reader.Varint()));
  if ((flags & kOtherContentFlag) != 0) {
    item.content.resource = ResourceId(static_cast<uint32_t>(reader.Varint()));
    item.content.revision = Revision(reader.Varint());
    item.content.index = static_cast<uint32_t>(reader.Varint());
  } else {
    item.content = {item.resource, item.revision, item.index};
  }
  return item;
}

}  // namespace

void PutCheckpoint(Position position, const std::vector<StateItem>& items, RowSink& sink) {
  std::string value;
  AppendVarint(value, items.size());
  ResourceId before;
  for (const StateItem& item : items) {
    AppendItem(item, before, value);
    before = item.resource;
  }
  sink.Put(Family::kCheckpoints, Key(position), value);
}

absl::StatusOr<std::optional<Checkpoint>> LastCheckpoint(const RowReader& rows, TimelineId timeline, Revision upto) {
  auto found = rows.Last(Family::kCheckpoints, Key({timeline, upto}), Prefix(timeline));
  if (!found.ok()) return found.status();
  if (!found->has_value()) return std::nullopt;
  ByteReader key((*found)->first);
  key.Take(4);
  Checkpoint checkpoint;
  checkpoint.revision = Revision(key.BigEndian64());
  ByteReader reader((*found)->second);
  const uint64_t count = reader.Varint();
  ResourceId before;
  for (uint64_t i = 0; i < count && !reader.failed(); ++i) {
    checkpoint.items.push_back(ReadItem(reader, before));
    before = checkpoint.items.back().resource;
  }
  if (!reader.Finished() || !key.Finished()) {
    return absl::DataLossError(
        Concat("the checkpoint of revision ", checkpoint.revision.value, " is malformed; run `setpoint rebuild`"));
  }
  return checkpoint;
}

}  // namespace setpoint::storage
