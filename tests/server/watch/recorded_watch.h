// What a watcher was sent, and what truly happened: the two things that the checkers of the promises compare. Plain
// data.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "query/watch_cursor.h"

namespace setpoint::test {

// One event as it came, or as it should have come.
struct WatchLine {
  std::string type;
  std::optional<query::WatchCursor> cursor;
  std::string operation;
  std::string key;  // With the ref before it, since several refs may have a resource of one key.
  std::string moved_from;
  std::string content_hash;  // Empty: null.
  bool stale = false;
  bool last = false;
  bool final = false;  // Of `closed`.
  std::string commit;
  int64_t at_ms = 0;  // When it came.

  bool IsMark() const { return type == "bookmark" || type == "synced" || type == "closed"; }
  // It belongs to an entry of the log.
  bool IsDelivery() const { return !IsMark() && type != "state"; }
};

// From a request to the end of its answer.
struct WatchConnection {
  std::string from;  // As it was asked for; a cursor, or "start".
  bool snapshot = false;
  int status = 200;
  int64_t opened_ms = 0;
  int64_t closed_ms = 0;
  std::vector<WatchLine> lines;
};

// One watcher over all its connections; each but the first resumes after the newest cursor that it had.
struct RecordedWatch {
  std::string name;  // Of its filter and refs, for messages.
  std::vector<WatchConnection> connections;

  std::vector<WatchLine> Deliveries() const {
    std::vector<WatchLine> all;
    for (const WatchConnection& connection : connections) {
      for (const WatchLine& line : connection.lines) {
        if (line.IsDelivery()) all.push_back(line);
      }
    }
    return all;
  }
};

// key → content hash (hex) and staleness.
using WatchState = std::map<std::string, std::string>;

// What truly happened, as the filter and the refs of one watch see it.
struct TrueHistory {
  std::vector<WatchLine> deliveries;        // All there are, in order, with `last` where it belongs.
  std::map<uint64_t, WatchState> state_at;  // The filtered list after each revision at which something may differ.
  // Where each ref sends its own entries: what one has at its birth from where it forked, by revision. It is not sent.
  std::map<uint64_t, WatchState> born;
  uint64_t applied = 0;  // The newest revision of the store.
  uint64_t oldest = 0;   // Cut before.
  // Keys that a commit did not take away, although its entry may no longer show them decoded, by revision.
  std::map<uint64_t, std::vector<std::string>> held;

  const WatchState& StateAt(uint64_t revision) const {
    static const WatchState nothing;
    const auto next = state_at.upper_bound(revision);
    return next == state_at.begin() ? nothing : std::prev(next)->second;
  }
};

}  // namespace setpoint::test
