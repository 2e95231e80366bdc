// All live streams of one projection: one reader of the log at their head, and a short ring of the batches that it has
// read, each encoded once. A stream is at a cursor of the ring; what comes after that cursor is written straight from
// the ring's bytes. One whose cursor has left the ring reads the log by itself until it is back at a cursor of the
// ring.
//
// When something was published the head reads on (Read, on a thread of the delivery queue), and each lane that has
// streams waiting is told once, however many they are.
// Thread-safe, where it does not say a lane.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <deque>
#include <list>
#include <memory>
#include <string>
#include <vector>

#include "absl/synchronization/mutex.h"
#include "query/watcher.h"
#include "server/server_options.h"
#include "server/watch/event_batch.h"
#include "server/watch/watch_lane.h"
#include "server/watch/watch_projection.h"

namespace setpoint::server {

class WatchStream;

// What a ring has for one cursor.
struct RingSlice {
  std::vector<std::shared_ptr<const EventBatch>> batches;
  query::WatchCursor upto;   // Where its reader stands afterwards.
  bool fell_behind = false;  // The cursor has left the ring.
  std::string closed;        // Nothing will come any more: why. Empty: it goes on.
  bool is_final = false;     // There is nothing to come back for.

  bool IsEmpty() const { return batches.empty() && !fell_behind && closed.empty(); }
};

class WatchGroup : public std::enable_shared_from_this<WatchGroup> {
 public:
  using Clock = std::chrono::steady_clock;
  using Lanes = std::vector<std::shared_ptr<WatchLane>>;

  // `head` is caught up. The lanes are those of the hub.
  WatchGroup(WatchProjection projection, std::unique_ptr<query::Watcher> head, const WatchLimits& limits, Lanes lanes);

  const WatchProjection& projection() const { return projection_; }

  // Whether a stream at `cursor` finds in the ring all that it lacks.
  bool Covers(const query::WatchCursor& cursor) const;

  // What follows `after`, at most about `bytes_max`. Everything where the slice is empty: then `upto` is the cursor
  // that a bookmark may tell.
  RingSlice Take(const query::WatchCursor& after, size_t bytes_max) const;

  // Something was published, or the group is new. True: call Read, on a thread of the delivery queue, as long as it
  // returns true.
  bool Announce();
  // Reads on with the head and tells the lanes. True: there may be more, so it is to be called again.
  bool Read();

  // Drops what has been in the ring for so long that whoever lacks it had better read the log.
  void DropOld(Clock::time_point now);

  size_t ring_bytes() const { return ring_bytes_.load(std::memory_order_relaxed); }
  bool IsClosed() const;

  // A lane's streams that wait for something to come. On the lane's strand only.
  std::list<WatchStream*>& WaitingAt(size_t lane) { return waiting_[lane].streams; }

 private:
  struct Held {
    std::shared_ptr<const EventBatch> batch;
    Clock::time_point since;
  };
  struct LaneStreams {
    std::list<WatchStream*> streams;
    std::atomic<bool> told{false};  // A job for the lane is on its way.
  };

  void Append(std::shared_ptr<const EventBatch> batch) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void DropFront() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void TellLanes();
  void Deliver(size_t lane);

  const WatchProjection projection_;
  const WatchLimits limits_;
  const Lanes lanes_;
  const std::unique_ptr<query::Watcher> head_;  // Of the thread that is in Read.
  std::atomic<uint64_t> announced_{0};          // Not zero: somebody is to call Read, or is in it.

  mutable absl::Mutex mutex_;
  std::deque<Held> ring_ ABSL_GUARDED_BY(mutex_);  // By cursor; what matches after start_ up to end_, without a gap.
  query::WatchCursor start_ ABSL_GUARDED_BY(mutex_);
  query::WatchCursor end_ ABSL_GUARDED_BY(mutex_);
  std::string closed_ ABSL_GUARDED_BY(mutex_);
  bool is_final_ ABSL_GUARDED_BY(mutex_) = false;
  std::atomic<size_t> ring_bytes_{0};

  std::vector<LaneStreams> waiting_;  // By lane; of its strand.
};

}  // namespace setpoint::server
