// Where commits, pointing refs and moments stand: the `positions`, `pointers` and `times` projections.
//   positions: repository u32 · commit 20 bytes · revision u64 → timeline u32
//   pointers:  repository u32 · ref, 0 byte · ~revision u64 → commit (20 bytes; zero: gone)
//   times:     timeline u32 · axis u8 · seconds u64 (offset by 2^63) · revision u64 → empty; owned timelines only
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "storage/base/ids.h"
#include "storage/base/object_id.h"
#include "storage/engine/row_sink.h"
#include "storage/engine/store.h"
#include "storage/projections/timelines.h"

namespace setpoint::storage {

enum class TimeAxis : uint8_t { kCommitted = 0, kObserved = 1 };

void PutPosition(RepositoryId repository, const ObjectId& commit, Position position, RowSink& sink);
void PutPointer(RepositoryId repository, std::string_view ref, Revision revision, const ObjectId& commit,
                RowSink& sink);
void PutTime(TimelineId timeline, TimeAxis axis, int64_t seconds, Revision revision, RowSink& sink);

// All positions of a commit at or before `applied`, lowest revision first; empty: it has no entry.
absl::StatusOr<std::vector<Position>> FindPositions(const RowReader& rows, RepositoryId repository,
                                                    const ObjectId& commit, Revision applied);

// The commits with an entry whose id begins with these hex digits (7 to 39 of them), at most `limit`.
absl::StatusOr<std::vector<ObjectId>> FindCommitsByPrefix(const RowReader& rows, RepositoryId repository,
                                                          std::string_view hex_prefix, size_t limit);

// Where a pointing ref points as of `at`; nothing: it was not there.
absl::StatusOr<std::optional<ObjectId>> FindPointer(const RowReader& rows, RepositoryId repository,
                                                    std::string_view ref, Revision at);

struct Pointer {
  std::string ref;
  ObjectId commit;
  Revision revision;  // Of the `refs` entry that moved it there.
};
// All pointing refs that exist as of `at`, by name bytes.
absl::StatusOr<std::vector<Pointer>> ListPointers(const RowReader& rows, RepositoryId repository, Revision at);

// The last entry with time ≤ `seconds` on an owned timeline, through what it forked from. Nothing: before the first.
absl::StatusOr<std::optional<Position>> FindByTime(const RowReader& rows, const Timelines& timelines,
                                                   TimelineId timeline, TimeAxis axis, int64_t seconds,
                                                   Revision applied);

// The newest entry at or before `revision` on the lineage of `timeline`: what REF@{rN} means. Nothing: before its
// start.
absl::StatusOr<std::optional<Position>> FindAtRevision(const RowReader& rows, const Timelines& timelines,
                                                       TimelineId timeline, Revision revision);

}  // namespace setpoint::storage
