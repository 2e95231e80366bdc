// Many watchers on loopback, driven by one thread: opens so many streams of a running server, counts the changes that
// come on each, and measures how old they are by the time that stands in their content. For M13 to M15 of measures.md.
// Bounded in streams, deliveries and time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace setpoint::tools {

struct WatchSwarmOptions {
  uint16_t port = 7117;
  size_t watchers = 1'000;
  // What each asks for. Where there are several, the watchers take them in turn.
  std::vector<std::string> targets = {"/v1/watch?from=now"};
  // The text before the digits of the time in a change's content: nanoseconds since 1970 (CLOCK_REALTIME) at which
  // whoever made it began. A change without it is counted only.
  std::string marker = "at-ns-";
  // It ends when every watcher was sent so many changes (0: no such end), or after this time from when all are open.
  uint64_t changes_each = 0;
  double seconds_max = 60;
  double opening_seconds_max = 120;
};

struct Percentiles {
  double p50 = 0;
  double p99 = 0;
  double max = 0;
};

struct SwarmReport {
  size_t watchers = 0;
  double opening_seconds = 0;
  uint64_t deliveries = 0;  // Changes, over all watchers.
  uint64_t bytes = 0;       // Received since all are open.
  double seconds = 0;       // From the first delivery to the last.
  // Milliseconds from the time in the content to the arrival: of every delivery, and of each change's last one among
  // those changes that all watchers got.
  Percentiles delivery_ms;
  Percentiles last_watcher_ms;
  uint64_t changes = 0;     // That all watchers got.
  size_t ended = 0;         // Streams that the server ended.
  bool is_complete = true;  // Every watcher got what was asked for.
};

// `on_open` is called once when every stream is open and up to date: whoever makes the changes begins then.
// kUnavailable: a stream could not be opened, or was refused; the text has the answer.
absl::StatusOr<SwarmReport> RunWatchSwarm(const WatchSwarmOptions& options, const std::function<void()>& on_open);

}  // namespace setpoint::tools
