// The stream of a store in this process, line by line as a server would send it: reads the log, and looks again for
// what another process writes. One thread; blocks.
#pragma once

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "query/watcher.h"
#include "tools/setpoint/watch_line.h"

namespace setpoint::tools {

enum class Bookmarks {
  kNone,
  kWhenCaughtUp,  // For whoever keeps the cursor.
};

// Runs until the sink has enough (OK) or fails (its error), the one ref that is watched is gone (OK), or `interrupted`
// says so (kCancelled). Other errors: those of OpenForReading and query::Watcher.
absl::Status WatchStore(const std::string& data, query::WatchOptions options, Bookmarks bookmarks, WatchSink& sink,
                        const std::function<bool()>& interrupted);

}  // namespace setpoint::tools
