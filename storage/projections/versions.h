// The `versions` projection: what each resource was from one revision on, on each timeline, and where its entry's state
// came from, so that blame asks few entries.
//   key: resource u32 · timeline u32 · ~revision u64 (newest first)      value: below
// A lookup is one seek on each position of the lineage (timelines.h); the first row found holds.
#pragma once

#include <functional>
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
#include "storage/projections/entry_rows.h"
#include "storage/projections/timelines.h"

namespace setpoint::storage {

struct Version {
  ResourceId resource;
  Position position;   // The entry that gave the resource this version on its timeline.
  uint32_t index = 0;  // Of the change in that entry, from 1.
  Operation operation = Operation::kCreated;
  uint8_t format = 0;  // A Format of formats/decoder.h.
  bool stale = false;
  ContentKey content;     // None when deleted.
  PathId path;            // The file that declares it (that declared it, when deleted).
  Revision origin;        // The entry that wrote this version, on whatever timeline (design.md, History and blame).
  ResourceId moved_from;  // In a `moved` version.
  ResourceId moved_to;    // In the tombstone that a move left.
  StateSource source = StateSource::kUnknown;  // Of the entry, as its row has it (entry_rows.h).

  bool IsAlive() const { return operation != Operation::kDeleted; }
  // Equality of versions as design.md has it: content, path and staleness.
  bool SameAs(const Version& other) const;
};

void PutVersion(const Version& version, RowSink& sink);
absl::StatusOr<Version> DecodeVersion(std::string_view key, std::string_view value);

// The row that holds at `at`, through forks; a tombstone is a row too. Nothing: the resource never was there.
absl::StatusOr<std::optional<Version>> FindVersion(const RowReader& rows, const Timelines& timelines,
                                                   ResourceId resource, Position at);

// Every row of one resource on the lineage of `at` that lies at or before it, newest first: `history --timeline`.
absl::StatusOr<std::vector<Version>> VersionsOnTimeline(const RowReader& rows, const Timelines& timelines,
                                                        ResourceId resource, Position at);

}  // namespace setpoint::storage
