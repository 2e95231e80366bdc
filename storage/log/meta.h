// The rows of the local family `meta` (besides `format`, which the engine owns: engine/format_version.h):
//   "applied"               revision u64, big-endian: the newest whose projections are in; written with them
//   "oldest"                revision u64, big-endian: where the log was cut; absent where it never was
//   "projection/" + name    version u32, big-endian: by which rules that projection was written
// Any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "absl/status/statusor.h"
#include "storage/base/ids.h"
#include "storage/engine/row_sink.h"
#include "storage/engine/store.h"

namespace setpoint::storage {

// The newest revision that readers may see; none (0) in a store without entries. Never ask the log for its last key.
absl::StatusOr<Revision> ReadApplied(const RowReader& rows);
void PutApplied(Revision revision, RowSink& sink);

// State is there from this revision on, and what happened after it; 0 where nothing was ever cut away.
absl::StatusOr<Revision> ReadOldest(const RowReader& rows);
void PutOldest(Revision revision, RowSink& sink);

// Nothing where the projection was never written.
absl::StatusOr<std::optional<uint32_t>> ReadProjectionVersion(const RowReader& rows, std::string_view projection);
void PutProjectionVersion(std::string_view projection, uint32_t version, RowSink& sink);

}  // namespace setpoint::storage
