// The `checkpoints` projection: the whole state at some positions, so that a state is one row and a bounded replay.
//   key: timeline u32 · revision u64      value: count varint · count × item, by resource id (below, in checkpoints.cc)
// Adaptive: one is written when the steps to replay reach the number of resources alive (and kPendingMin), so that
// reading a state costs about twice its size and all checkpoints together about as much as all changes.
#pragma once

#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "storage/base/ids.h"
#include "storage/engine/row_sink.h"
#include "storage/engine/store.h"
#include "storage/projections/state.h"

namespace setpoint::storage {

// Below this many steps a replay is cheaper than a row.
inline constexpr uint64_t kCheckpointPendingMin = 512;

constexpr bool NeedsCheckpoint(uint64_t alive, uint64_t pending) {
  return pending >= kCheckpointPendingMin && pending >= alive;
}

// `items` by resource id, each once.
void PutCheckpoint(Position position, const std::vector<StateItem>& items, RowSink& sink);

struct Checkpoint {
  Revision revision;
  std::vector<StateItem> items;
};

// The newest on one timeline alone at or before `upto`.
absl::StatusOr<std::optional<Checkpoint>> LastCheckpoint(const RowReader& rows, TimelineId timeline, Revision upto);

}  // namespace setpoint::storage
