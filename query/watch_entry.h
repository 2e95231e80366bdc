// What the events of one entry say of it, read from the log and the commit object.
// Pure reads; any thread.
#pragma once

#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "query/view.h"
#include "query/watch_event.h"
#include "storage/base/ids.h"
#include "storage/projections/database.h"

namespace setpoint::query {

struct WatchedVersion;

// kDataLoss where the log or the commit object cannot be read.
absl::StatusOr<std::shared_ptr<const WatchEntry>> ReadWatchEntry(const storage::Database& database,
                                                                 storage::Revision revision);

// Fills the part of an event that describes a resource: key, format, path, staleness, hash and content, as far as the
// view discloses them.
absl::Status FillResource(const View& view, const WatchedVersion& version, WatchEvent& event);

}  // namespace setpoint::query
