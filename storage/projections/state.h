// The whole state at a position: the newest checkpoint at or before it on its lineage, then the steps since.
// `steps` rows (kind 0) carry each entry's changes in compact form, so that replay never reads the log.
#pragma once

#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "storage/base/ids.h"
#include "storage/engine/store.h"
#include "storage/log/fact_keys.h"
#include "storage/projections/timelines.h"

namespace setpoint::storage {

// One resource that is alive at a position: what a list needs without another lookup.
struct StateItem {
  ResourceId resource;
  Revision revision;   // Of its version: the entry of the lineage read that gave it.
  uint32_t index = 0;  // Of the change in that entry.
  uint8_t format = 0;
  bool stale = false;
  ContentKey content;
  PathId path;
};

// All resources alive at `at`, by resource id (not by key text). Any thread.
absl::StatusOr<std::vector<StateItem>> ReadState(const RowReader& rows, const Timelines& timelines, Position at);

}  // namespace setpoint::storage
