// What most questions ask of an entry, in a few bytes, so that nobody reads a whole entry of the log to learn its
// commit, and nobody looks for where its state came from. Kept in the `positions` family, under no repository:
//   key:   0 u32 · revision u64
//   value: cause u8 · source u8 · timeline varint · observed svarint · commit (20 bytes, or none) ·
//          commit before (20 bytes, in a reset) · count varint · count × (timeline varint · revision varint)
// `source` is one of StateSource, with 0x80 where the entry has no commit.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "storage/base/ids.h"
#include "storage/base/object_id.h"
#include "storage/engine/row_sink.h"
#include "storage/engine/store.h"
#include "storage/log/entry.h"

namespace setpoint::storage {

// Which places the state of an entry's commit was made from, as far as the log tells.
enum class StateSource : uint8_t {
  kUnknown = 0,  // Its cause and the commit's object tell. Always where a parent had no entry (a shallow boundary).
  kEarlier = 1,  // The commit stood before: at the one place of `places`.
  kParent = 2,   // It has one parent: what the timeline had before it. No places.
  kParents = 3,  // A merge: the first positions of its parents, in their order.
};

struct EntryRow {
  TimelineId timeline;  // None for `refs`.
  Cause cause = Cause::kCommit;
  ObjectId commit;         // Zero where it has none.
  ObjectId commit_before;  // In a reset.
  int64_t observed = 0;    // Seconds since 1970.
  StateSource source = StateSource::kUnknown;
  std::vector<Position> places;
  bool operator==(const EntryRow&) const = default;
};

void PutEntryRow(Revision revision, const EntryRow& row, RowSink& sink);

// Whether a key of the family is that of such a row. What stands under it never changes.
bool IsEntryRow(std::string_view key);

// Nothing where there is no such entry. kDataLoss where its row is malformed. Any thread.
absl::StatusOr<std::optional<EntryRow>> FindEntryRow(const RowReader& rows, Revision revision);

}  // namespace setpoint::storage
