// One watch on one connection. It reads the log by itself (on a thread of the delivery queue, one batch at a time, the
// next one only when the client took the last) until it is where its group is, and from then on writes what the group's
// ring has. A client that is slower than that falls out of the ring and reads the log again: it holds one batch at
// most, whatever it lacks.
//
// While it waits for news its coroutine sleeps and is not woken for them: Deliver writes what the socket takes at once,
// from the lane's job, and only what is left over wakes the coroutine.
// On the strand of its lane, Stop excepted.
#pragma once

#include <atomic>
#include <chrono>
#include <list>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/system/error_code.hpp>

#include "absl/status/status.h"
#include "server/http/output.h"
#include "server/watch/event_batch.h"
#include "server/watch/opened_watch.h"
#include "server/watch/watch_counters.h"
#include "server/watch/watch_group.h"
#include "server/watch/watch_hub.h"
#include "server/watch/watch_lane.h"

namespace setpoint::server {

class WatchStream : public std::enable_shared_from_this<WatchStream> {
 public:
  // The stream and the rest must outlive this object's Run.
  WatchStream(Output::Stream& stream, Output& output, WatchHub& hub, OpenedWatch opened);
  ~WatchStream();
  WatchStream(const WatchStream&) = delete;
  WatchStream& operator=(const WatchStream&) = delete;

  // Ends when the client is gone, the watched ref is gone, an error came up, or after Stop.
  boost::asio::awaitable<void> Run(AnswerFrame frame);

  // Any thread: end with a `closed` line that carries the cursor to resume after.
  void Stop();

  // What the group and the lane call while the stream waits: what its ring has after cursor(); it was quiet for long.
  const query::WatchCursor& cursor() const { return cursor_; }
  void Deliver(const RingSlice& slice);
  void OnDue(WatchLane::Clock::time_point now);

 private:
  using Clock = WatchLane::Clock;
  using Batches = std::vector<std::shared_ptr<const EventBatch>>;

  // What one reading of the log gave.
  struct Reading {
    std::shared_ptr<const EventBatch> batch;  // Null: no event.
    query::WatchCursor upto;
    bool in_snapshot = false;
    bool caught_up = false;
    std::string closed;  // Why the stream ends; empty: it goes on.
    bool is_final = false;
  };

  // Each ends where the other one is to go on, or the stream is to end.
  boost::asio::awaitable<boost::system::error_code> CatchUp();
  boost::asio::awaitable<boost::system::error_code> FollowGroup();

  // On a thread of the delivery queue.
  Reading ReadLog();
  // `head`: what a new group is to read with; null: only a group that is there is joined.
  bool JoinGroup(std::unique_ptr<query::Watcher>& head);
  void LeaveGroup();

  boost::asio::awaitable<boost::system::error_code> WriteAll(const Batches& batches, size_t written);
  boost::asio::awaitable<boost::system::error_code> Write(std::shared_ptr<const EventBatch> batch);
  boost::asio::awaitable<boost::system::error_code> WaitForNews();
  // Enters and leaves the lists of those that Deliver and OnDue are called of.
  void Park();
  void Unpark();
  void Resume();
  // Writes at once what the socket takes; what it does not take wakes the coroutine.
  void WriteParked(const Batches& batches);

  void CountSent(const Batches& batches, size_t bytes);
  void NoticeWhenClientGoes();
  // The client has a newer cursor than before.
  void NoteEvents();
  // What tells a client that the stream is alive and where it stands, where that is due; else null.
  std::shared_ptr<const EventBatch> SignOfLife(Clock::time_point now);
  std::shared_ptr<const EventBatch> LastLine() const;
  std::shared_ptr<const EventBatch> EncodeMark(const query::WatchEvent& event) const;
  bool IsEnding();

  Output::Stream& stream_;
  Output& output_;
  WatchHub& hub_;
  CountedWatcher counted_;
  const std::shared_ptr<WatchLane> lane_;
  OpenedWatch opened_;                              // Its watcher is there while the stream reads the log by itself.
  const std::chrono::milliseconds quiet_interval_;  // After which a sign of life is due.
  query::WatchCursor cursor_;                       // After what was written, or handed to the socket.
  bool in_snapshot_;                                // There is no cursor to resume after yet.
  Clock::time_point bookmark_due_;
  Clock::time_point alive_due_;  // Of formats that know such a sign.
  bool greeted_ = false;         // It was told that it is up to date.

  std::shared_ptr<WatchGroup> group_;
  boost::asio::steady_timer news_;  // Never expires: it is cancelled to resume the coroutine.
  bool resumed_ = false;
  bool parked_ = false;
  std::list<WatchStream*>::iterator waiting_place_;
  WatchLane::Place due_place_;
  Batches rest_;  // What the socket did not take at once, and how much of it it took.
  size_t rest_written_ = 0;

  std::string closed_;  // As of Reading and RingSlice.
  bool is_final_ = false;
  bool client_gone_ = false;
  std::atomic<bool> stopping_{false};
};

}  // namespace setpoint::server
