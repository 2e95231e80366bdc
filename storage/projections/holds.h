// The `holds` projection: which files do not decode whole at a position, and what they hold there (design.md, The state
// of a commit). The planner of changes asks it; no reader needs it.
//   'h' · path u32 · timeline u32 · ~revision u64 → outcome u8 · count varint · count × (resource varint · format u8 ·
//                                                  content: resource varint · revision varint · index varint)
//   's' · timeline u32 · ~revision u64 → count varint · count × path (difference to the one before) varint
// An 'h' row stands for each entry that leaves a file not whole, and for the first that leaves it whole again (then it
// holds nothing); an 's' row for each entry after which other files than before are not whole.
#pragma once

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "storage/base/ids.h"
#include "storage/engine/row_sink.h"
#include "storage/engine/store.h"
#include "storage/log/fact_keys.h"
#include "storage/projections/timelines.h"

namespace setpoint::storage {

struct HeldResource {
  ResourceId resource;
  uint8_t format = 0;
  ContentKey content;
  bool operator==(const HeldResource&) const = default;
};

// What a file is and holds from one entry on.
struct Holding {
  uint8_t outcome = 0;  // An Outcome of formats/decoder.h, as the entry gave it; 0 where nothing is recorded.
  std::vector<HeldResource> held;  // By resource id; empty where it decodes whole.
};

void PutHolding(PathId path, Position position, const Holding& holding, RowSink& sink);
// Every file that does not decode whole from one entry on. By path id.
void PutUndecodedPaths(Position position, const std::vector<PathId>& paths, RowSink& sink);

// At a position, through forks.
absl::StatusOr<Holding> FindHolding(const RowReader& rows, const Timelines& timelines, PathId path, Position at);
absl::StatusOr<std::vector<PathId>> FindUndecodedPaths(const RowReader& rows, const Timelines& timelines, Position at);

}  // namespace setpoint::storage
