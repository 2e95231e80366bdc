// A watcher of a running server that comes and goes: reads what is there when it is asked to, cuts its own connection,
// stalls, resumes after the newest cursor that it has, and records everything. Never blocks. One thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "tests/server/watch/recorded_watch.h"
#include "tests/server/watch/sse_parser.h"

namespace setpoint::test {

struct WatcherPlan {
  std::string name;
  std::string query;  // Of the watch's address, without `from` and `snapshot`: "ref=*&kind=ConfigMap".
  bool snapshot = false;
  bool server_sent = false;
};

class LiveWatcher {
 public:
  explicit LiveWatcher(WatcherPlan plan);
  ~LiveWatcher();
  LiveWatcher(const LiveWatcher&) = delete;
  LiveWatcher& operator=(const LiveWatcher&) = delete;

  // Where it begins: "start", or a cursor. Before that Pump does nothing.
  void Begin(std::string from) { begin_ = std::move(from); }
  bool HasBegun() const { return !begin_.empty(); }
  // Takes what has come. Connects where it is not connected; nobody at the port is no error.
  void Pump(uint16_t port);
  // Ends the connection without a word.
  void Cut();

  // The newest cursor of a line; none: it has had nothing.
  std::optional<query::WatchCursor> cursor() const { return cursor_; }
  // It was told that there is nothing to come back for.
  bool HasEnded() const { return ended_; }
  const RecordedWatch& record() const { return record_; }

 private:
  void Connect(uint16_t port);
  void TakeBytes();
  bool TakeHeader();
  void TakeChunks();
  void TakeLine(std::string_view line);
  void TakeEvent(std::string_view json);

  const WatcherPlan plan_;
  std::string begin_;
  RecordedWatch record_;
  int socket_ = -1;
  bool has_header_ = false;
  std::string received_;
  std::string text_;
  SseParser parser_;
  std::optional<query::WatchCursor> cursor_;
  bool ended_ = false;
};

int64_t NowMilliseconds();

}  // namespace setpoint::test
