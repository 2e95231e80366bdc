#include "storage/projections/versions.h"

#include <algorithm>

#include "storage/base/check.h"
#include "storage/base/coding.h"
#include "storage/base/concat.h"

namespace setpoint::storage {
namespace {

// value := flags u8 · format u8 · index varint · path varint · [origin varint] · [moved_from varint] ·
//          [moved_to varint] · [content: resource varint · revision varint · index varint]
// The upper two bits of the format byte are the source. An origin is left out where it is this entry, a content where
// it is named here first (or the version is a tombstone).
constexpr uint8_t kOperationMask = 0x07;
constexpr uint8_t kStaleFlag = 0x08;
constexpr uint8_t kMovedFromFlag = 0x10;
constexpr uint8_t kMovedToFlag = 0x20;
constexpr uint8_t kOriginFlag = 0x40;
constexpr uint8_t kOtherContentFlag = 0x80;
constexpr uint8_t kFormatMask = 0x3f;
constexpr int kSourceShift = 6;

std::string LanePrefix(ResourceId resource, TimelineId timeline) {
  std::string prefix;
  AppendBigEndian32(prefix, resource.value);
  AppendBigEndian32(prefix, timeline.value);
  return prefix;
}

std::string Key(ResourceId resource, Position position) {
  std::string key = LanePrefix(resource, position.timeline);
  AppendBigEndian64(key, ~position.revision.value);
  return key;
}

}  // namespace

bool Version::SameAs(const Version& other) const {
  if (IsAlive() != other.IsAlive()) return false;
  return !IsAlive() || (content == other.content && path == other.path && stale == other.stale);
}

void PutVersion(const Version& version, RowSink& sink) {
  const ContentKey own{version.resource, version.position.revision, version.index};
  const bool other_content = version.IsAlive() && version.content != own;
  SETPOINT_CHECK(version.format <= kFormatMask, "a format has six bits");
  uint8_t flags = static_cast<uint8_t>(version.operation);
  if (version.stale) flags |= kStaleFlag;
  if (!version.moved_from.IsNone()) flags |= kMovedFromFlag;
  if (!version.moved_to.IsNone()) flags |= kMovedToFlag;
  if (version.origin != version.position.revision) flags |= kOriginFlag;
  if (other_content) flags |= kOtherContentFlag;
  std::string value;
  value.push_back(static_cast<char>(flags));
  value.push_back(static_cast<char>(version.format | static_cast<uint8_t>(version.source) << kSourceShift));
  AppendVarint(value, version.index);
  AppendVarint(value, version.path.value);
  if ((flags & kOriginFlag) != 0) AppendVarint(value, version.origin.value);
  if ((flags & kMovedFromFlag) != 0) AppendVarint(value, version.moved_from.value);
  if ((flags & kMovedToFlag) != 0) AppendVarint(value, version.moved_to.value);
  if (other_content) {
    AppendVarint(value, version.content.resource.value);
    AppendVarint(value, version.content.revision.value);
    AppendVarint(value, version.content.index);
  }
  sink.Put(Family::kVersions, Key(version.resource, version.position), value);
}

absl::StatusOr<Version> DecodeVersion(std::string_view key, std::string_view value) {
  Version version;
  ByteReader key_reader(key);
  version.resource = ResourceId(key_reader.BigEndian32());
  version.position.timeline = TimelineId(key_reader.BigEndian32());
  version.position.revision = Revision(~key_reader.BigEndian64());
  ByteReader reader(value);
  const uint8_t flags = reader.Byte();
  version.operation = static_cast<Operation>(flags & kOperationMask);
  version.stale = (flags & kStaleFlag) != 0;
  const uint8_t format = reader.Byte();
  version.format = format & kFormatMask;
  version.source = static_cast<StateSource>(format >> kSourceShift);
  version.index = static_cast<uint32_t>(reader.Varint());
  version.path = PathId(static_cast<uint32_t>(reader.Varint()));
  version.origin = (flags & kOriginFlag) != 0 ? Revision(reader.Varint()) : version.position.revision;
  if ((flags & kMovedFromFlag) != 0) version.moved_from = ResourceId(static_cast<uint32_t>(reader.Varint()));
  if ((flags & kMovedToFlag) != 0) version.moved_to = ResourceId(static_cast<uint32_t>(reader.Varint()));
  if ((flags & kOtherContentFlag) != 0) {
    version.content.resource = ResourceId(static_cast<uint32_t>(reader.Varint()));
    version.content.revision = Revision(reader.Varint());
    version.content.index = static_cast<uint32_t>(reader.Varint());
  } else if (version.IsAlive()) {
    version.content = {version.resource, version.position.revision, version.index};
  }
  if (!key_reader.Finished() || !reader.Finished()) {
    return absl::DataLossError(
        Concat("a version of resource ", version.resource.value, " is malformed; run `setpoint rebuild`"));
  }
  return version;
}

absl::StatusOr<std::optional<Version>> FindVersion(const RowReader& rows, const Timelines& timelines,
                                                   ResourceId resource, Position at) {
  for (const Position& position : timelines.Lineage(at)) {
    auto found = rows.First(Family::kVersions, Key(resource, position), LanePrefix(resource, position.timeline));
    if (!found.ok()) return found.status();
    if (!found->has_value()) continue;
    absl::StatusOr<Version> version = DecodeVersion((*found)->first, (*found)->second);
    if (!version.ok()) return version.status();
    return *std::move(version);
  }
  return std::nullopt;
}

absl::StatusOr<std::vector<Version>> VersionsOnTimeline(const RowReader& rows, const Timelines& timelines,
                                                        ResourceId resource, Position at) {
  std::vector<Version> versions;
  for (const Position& position : timelines.Lineage(at)) {
    const std::unique_ptr<RowIterator> iterator = rows.Scan(Family::kVersions, LanePrefix(resource, position.timeline));
    iterator->Seek(Key(resource, position));
    for (; iterator->Valid(); iterator->Next()) {
      absl::StatusOr<Version> version = DecodeVersion(iterator->Key(), iterator->Value());
      if (!version.ok()) return version.status();
      versions.push_back(*std::move(version));
    }
    if (absl::Status status = iterator->Status(); !status.ok()) return status;
  }
  return versions;
}

}  // namespace setpoint::storage
