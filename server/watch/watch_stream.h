// Drives one watcher over one connection: reads a batch from the log on a worker, writes it, and only then reads the
// next one. So a stream holds one batch in memory, whoever reads it how slowly; nothing is read from the log while the
// socket takes nothing. When it has caught up it sleeps until the hub wakes it, a bookmark is due, the client has gone
// or the server stops.
// On the connection's strand, Wake and Stop excepted.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/system/error_code.hpp>

#include "query/watcher.h"
#include "server/http/output.h"
#include "server/http/worker_pool.h"
#include "server/server_options.h"
#include "server/watch/watch_hub.h"

namespace setpoint::server {

class WatchStream : public std::enable_shared_from_this<WatchStream> {
 public:
  // The stream and the rest must outlive this object's Run.
  WatchStream(Output::Stream& stream, Output& output, WorkerPool& workers, WatchHub& hub, const WatchLimits& limits,
              std::unique_ptr<query::Watcher> watcher);

  // Ends when the client is gone, the watched ref is gone, an error came up, or after Stop.
  boost::asio::awaitable<void> Run(AnswerFrame frame);

  // Any thread: there may be something new.
  void Wake();
  // Any thread: end with a `closed` line that carries the cursor to resume after.
  void Stop();

 private:
  using Clock = std::chrono::steady_clock;

  // A batch as it is sent.
  struct Lines {
    std::string text;
    uint64_t events = 0;
    bool caught_up = false;
    std::string closed;  // Why the stream ends; empty: it goes on.
    query::Watcher::Return back = query::Watcher::Return::kLater;
  };

  Lines ReadBatch();
  boost::asio::awaitable<void> SleepUntil(Clock::time_point time);
  void NoticeWhenClientGoes();
  std::string LineOf(const query::WatchEvent& event) const;

  Output::Stream& stream_;
  Output& output_;
  WorkerPool& workers_;
  WatchHub& hub_;
  const WatchLimits limits_;
  std::unique_ptr<query::Watcher> watcher_;
  boost::asio::steady_timer timer_;
  bool awake_ = false;  // Something happened since the last batch was read.
  bool client_gone_ = false;
  std::atomic<bool> stopping_{false};
};

}  // namespace setpoint::server
