// Where streams and what is published meet: the groups of live streams, by projection; the lanes that connections run
// on; the queue in which the log is read for them. One subscription to the catalog serves all: it carries no data, and
// publications that come faster than they are told are told once.
// Thread-safe. The database and the context must outlive it; it outlives the context's work.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/io_context.hpp>

#include "absl/container/flat_hash_map.h"
#include "absl/synchronization/mutex.h"
#include "query/watcher.h"
#include "server/server_options.h"
#include "server/watch/delivery_queue.h"
#include "server/watch/watch_counters.h"
#include "server/watch/watch_group.h"
#include "server/watch/watch_lane.h"
#include "server/watch/watch_projection.h"
#include "storage/projections/database.h"

namespace setpoint::server {

class WatchHub {
 public:
  // One lane for each I/O thread is enough.
  WatchHub(const storage::Database& database, boost::asio::io_context& io, const WatchLimits& limits,
           size_t lane_count);
  ~WatchHub();
  WatchHub(const WatchHub&) = delete;
  WatchHub& operator=(const WatchHub&) = delete;

  const storage::Database& database() const { return database_; }
  const WatchLimits& limits() const { return limits_; }
  DeliveryQueue& queue() { return queue_; }

  // The strand for the next connection, in turn.
  const WatchLane::Strand& NextStrand();
  // The lane whose strand that is.
  const std::shared_ptr<WatchLane>& LaneOf(const boost::asio::any_io_executor& strand) const;

  // The group of a projection for a stream at `cursor`. Where there is none yet it is made, with `head` (which is then
  // taken) as its reader; where `head` is null, or what the stream lacks has left the ring: null. Leave it after use.
  std::shared_ptr<WatchGroup> Join(const WatchProjection& projection, const query::WatchCursor& cursor,
                                   std::unique_ptr<query::Watcher>& head);
  void Leave(const std::shared_ptr<WatchGroup>& group);

  // What there is, for metrics.
  struct Counts {
    size_t live = 0;  // Streams in a group.
    size_t groups = 0;
    size_t ring_bytes = 0;
    DeliveryQueue::Waiting queue;
  };
  Counts counts() const;
  // All open streams.
  size_t watcher_count() const;

  WatchCounters& counters() { return counters_; }
  const WatchCounters& counters() const { return counters_; }

 private:
  struct Entry {
    std::shared_ptr<WatchGroup> group;
    size_t streams = 0;
  };

  void OnPublished();
  void TellGroups();
  void Read(const std::shared_ptr<WatchGroup>& group);

  const storage::Database& database_;
  const WatchLimits limits_;
  WatchGroup::Lanes lanes_;
  std::atomic<size_t> next_lane_{0};
  WatchCounters counters_;
  std::atomic<bool> told_{false};  // The groups will be told.
  mutable absl::Mutex mutex_;
  absl::flat_hash_map<WatchProjection, Entry> groups_ ABSL_GUARDED_BY(mutex_);
  DeliveryQueue queue_;
  std::unique_ptr<storage::Catalog::Subscription> subscription_;
};

}  // namespace setpoint::server
