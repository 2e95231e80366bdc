// The `files` projection: what each path was from one revision on, on each timeline.
//   key: path u32 · timeline u32 · ~revision u64 (newest first)
#pragma once

#include <optional>
#include <string_view>

#include "absl/status/statusor.h"
#include "storage/base/file_mode.h"
#include "storage/base/ids.h"
#include "storage/base/object_id.h"
#include "storage/engine/row_sink.h"
#include "storage/engine/store.h"
#include "storage/log/fact_keys.h"
#include "storage/projections/timelines.h"

namespace setpoint::storage {

struct FileVersion {
  PathId path;
  Position position;
  FileMode mode = FileMode::kAbsent;
  uint8_t outcome = 0;  // An Outcome of formats/decoder.h; 0 when absent.
  TextKey text;         // None when absent, a submodule, or missing.
};

void PutFileVersion(const FileVersion& file, RowSink& sink);

// The row that holds at `at`, through forks (an absent file's row too). Nothing: the path never was there.
absl::StatusOr<std::optional<FileVersion>> FindFileVersion(const RowReader& rows, const Timelines& timelines,
                                                           PathId path, Position at);

}  // namespace setpoint::storage
