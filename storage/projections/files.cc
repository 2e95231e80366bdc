#include "storage/projections/files.h"

#include <memory>
#include <string>

#include "storage/base/coding.h"
#include "storage/base/concat.h"

namespace setpoint::storage {
namespace {

std::string LanePrefix(PathId path, TimelineId timeline) {
  std::string prefix;
  AppendBigEndian32(prefix, path.value);
  AppendBigEndian32(prefix, timeline.value);
  return prefix;
}

std::string Key(PathId path, Position position) {
  std::string key = LanePrefix(path, position.timeline);
  AppendBigEndian64(key, ~position.revision.value);
  return key;
}

// One byte for each mode that a leaf can have.
constexpr FileMode kModes[] = {FileMode::kAbsent, FileMode::kRegular, FileMode::kExecutable, FileMode::kSymlink,
                               FileMode::kSubmodule};

uint8_t ModeNumber(FileMode mode) {
  for (size_t i = 0; i < std::size(kModes); ++i) {
    if (kModes[i] == mode) return static_cast<uint8_t>(i);
  }
  return 0;
}

// value := mode number (low 4 bits), outcome (high 4 bits) · [path varint · revision varint of the text]
// The text is left out where it is named here first, or there is none (a zero path).
absl::StatusOr<FileVersion> DecodeRow(PathId path, Position position, std::string_view key, std::string_view value) {
  FileVersion file;
  file.path = path;
  ByteReader key_reader(key);
  key_reader.Take(8);
  file.position = {position.timeline, Revision(~key_reader.BigEndian64())};
  ByteReader reader(value);
  const uint8_t head = reader.Byte();
  file.mode = kModes[(head & 0x0f) % std::size(kModes)];
  file.outcome = head >> 4;
  if (reader.AtEnd()) {
    file.text = {path, file.position.revision};
  } else {
    file.text.path = PathId(static_cast<uint32_t>(reader.Varint()));
    file.text.revision = Revision(reader.Varint());
  }
  if (!reader.Finished() || !key_reader.Finished()) {
    return absl::DataLossError(Concat("a row of path ", path.value, " is malformed; run `setpoint rebuild`"));
  }
  return file;
}

}  // namespace

void PutFileVersion(const FileVersion& file, RowSink& sink) {
  std::string value(1, static_cast<char>(ModeNumber(file.mode) | (file.outcome << 4)));
  if (file.text != TextKey{file.path, file.position.revision}) {
    AppendVarint(value, file.text.path.value);
    AppendVarint(value, file.text.revision.value);
  }
  sink.Put(Family::kFiles, Key(file.path, file.position), value);
}

absl::StatusOr<std::optional<FileVersion>> FindFileVersion(const RowReader& rows, const Timelines& timelines,
                                                           PathId path, Position at) {
  for (const Position& position : timelines.Lineage(at)) {
    auto found = rows.First(Family::kFiles, Key(path, position), LanePrefix(path, position.timeline));
    if (!found.ok()) return found.status();
    if (!found->has_value()) continue;
    absl::StatusOr<FileVersion> file = DecodeRow(path, position, (*found)->first, (*found)->second);
    if (!file.ok()) return file.status();
    return *std::move(file);
  }
  return std::nullopt;
}

}  // namespace setpoint::storage
