#include "storage/projections/holds.h"

#include <string>

#include "storage/base/coding.h"

namespace setpoint::storage {
namespace {

absl::Status Malformed() { return absl::DataLossError("a row of `holds` is malformed; run `setpoint rebuild`"); }

std::string HeldPrefix(PathId path, TimelineId timeline) {
  std::string prefix(1, 'h');
  AppendBigEndian32(prefix, path.value);
  AppendBigEndian32(prefix, timeline.value);
  return prefix;
}

std::string UndecodedPrefix(TimelineId timeline) {
  std::string prefix(1, 's');
  AppendBigEndian32(prefix, timeline.value);
  return prefix;
}

std::string WithRevision(std::string prefix, Revision revision) {
  AppendBigEndian64(prefix, ~revision.value);
  return prefix;
}

}  // namespace

void PutHolding(PathId path, Position position, const Holding& holding, RowSink& sink) {
  std::string value(1, static_cast<char>(holding.outcome));
  AppendVarint(value, holding.held.size());
  for (const HeldResource& one : holding.held) {
    AppendVarint(value, one.resource.value);
    value.push_back(static_cast<char>(one.format));
    AppendVarint(value, one.content.resource.value);
    AppendVarint(value, one.content.revision.value);
    AppendVarint(value, one.content.index);
  }
  sink.Put(Family::kHolds, WithRevision(HeldPrefix(path, position.timeline), position.revision), value);
}

void PutUndecodedPaths(Position position, const std::vector<PathId>& paths, RowSink& sink) {
  std::string value;
  AppendVarint(value, paths.size());
  uint32_t before = 0;
  for (const PathId path : paths) {
    AppendVarint(value, path.value - before);
    before = path.value;
  }
  sink.Put(Family::kHolds, WithRevision(UndecodedPrefix(position.timeline), position.revision), value);
}

absl::StatusOr<Holding> FindHolding(const RowReader& rows, const Timelines& timelines, PathId path, Position at) {
  Holding holding;
  for (const Position& position : timelines.Lineage(at)) {
    const std::string prefix = HeldPrefix(path, position.timeline);
    auto found = rows.First(Family::kHolds, WithRevision(prefix, position.revision), prefix);
    if (!found.ok()) return found.status();
    if (!found->has_value()) continue;
    ByteReader reader((*found)->second);
    holding.outcome = reader.Byte();
    const uint64_t count = reader.Varint();
    for (uint64_t i = 0; i < count && !reader.failed(); ++i) {
      HeldResource one;
      one.resource = ResourceId(static_cast<uint32_t>(reader.Varint()));
      one.format = reader.Byte();
      one.content.resource = ResourceId(static_cast<uint32_t>(reader.Varint()));
      one.content.revision = Revision(reader.Varint());
      one.content.index = static_cast<uint32_t>(reader.Varint());
      holding.held.push_back(one);
    }
    if (!reader.Finished()) return Malformed();
    break;
  }
  return holding;
}

absl::StatusOr<std::vector<PathId>> FindUndecodedPaths(const RowReader& rows, const Timelines& timelines, Position at) {
  std::vector<PathId> paths;
  for (const Position& position : timelines.Lineage(at)) {
    const std::string prefix = UndecodedPrefix(position.timeline);
    auto found = rows.First(Family::kHolds, WithRevision(prefix, position.revision), prefix);
    if (!found.ok()) return found.status();
    if (!found->has_value()) continue;
    ByteReader reader((*found)->second);
    const uint64_t count = reader.Varint();
    uint32_t path = 0;
    for (uint64_t i = 0; i < count && !reader.failed(); ++i) {
      path += static_cast<uint32_t>(reader.Varint());
      paths.emplace_back(path);
    }
    if (!reader.Finished()) return Malformed();
    break;
  }
  return paths;
}

}  // namespace setpoint::storage
