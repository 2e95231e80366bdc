// One line of a watch stream, and what whoever passes it on must know of it. Plain data.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "query/watch_event.h"

namespace setpoint::tools {

struct WatchLine {
  std::string_view text;  // One JSON object, without its line end.
  std::string type;
  std::string cursor;  // Empty: none.
  bool last = false;   // The last one of its entry.
  bool final = false;  // Of `closed`: there is nothing to come back for.

  // A change or a state, not a mark; also of types that are not known here.
  bool IsEvent() const { return type != "bookmark" && type != "synced" && type != "closed"; }
};

// Reads what it must from the JSON; `text` must outlive the result. A line that is none has no type.
WatchLine ReadWatchLine(std::string_view text);

// Takes the lines of a stream as they come. One thread.
class WatchSink {
 public:
  enum class Next { kGoOn, kEnough };

  virtual ~WatchSink() = default;
  // An error ends the watch, with it.
  virtual absl::StatusOr<Next> Take(const WatchLine& line) = 0;
  // What came of a snapshot was cut before it was whole: it comes again, from its beginning.
  virtual void SnapshotBeginsAgain() {}
};

}  // namespace setpoint::tools
