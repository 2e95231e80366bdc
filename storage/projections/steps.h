// The `steps` projection: what each entry changed, in compact form, so that replay and watchers never read the log to
// learn whether it concerns them.
//   key:   timeline u32 · kind u32 (0 = any) · revision u64
//   value: cause u8 · alive varint · pending varint · count varint · count × step (below, in steps.cc)
// `alive` is the number of resources alive after the entry; `pending` the number of steps that a reader of that
// position replays on top of the nearest checkpoint.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "storage/base/ids.h"
#include "storage/engine/row_sink.h"
#include "storage/engine/store.h"
#include "storage/log/entry.h"
#include "storage/log/fact_keys.h"

namespace setpoint::storage {

// One change of an entry. Its index in the entry is its place in Step row plus one.
struct Step {
  ResourceId resource;
  Operation operation = Operation::kCreated;
  uint8_t format = 0;
  bool stale = false;
  ContentKey content;  // None when deleted.
  PathId path;
  ResourceId moved_from;  // Of a move: the resource that is no more.
  bool operator==(const Step&) const = default;
};

struct StepRow {
  Position position;
  Cause cause = Cause::kCommit;
  uint64_t alive = 0;
  uint64_t pending = 0;
  std::vector<Step> steps;
};

void PutSteps(const StepRow& row, RowSink& sink);

// The row of one entry; nothing where the timeline has no such entry.
absl::StatusOr<std::optional<StepRow>> FindSteps(const RowReader& rows, Position position);

// The rows of one timeline alone (not of what it forked from) with after < revision ≤ upto, oldest first, at most
// `limit` of them.
absl::StatusOr<std::vector<StepRow>> ReadSteps(const RowReader& rows, TimelineId timeline, Revision after,
                                               Revision upto, size_t limit);

// The newest row of one timeline alone at or before `upto`.
absl::StatusOr<std::optional<StepRow>> LastSteps(const RowReader& rows, TimelineId timeline, Revision upto);

}  // namespace setpoint::storage
