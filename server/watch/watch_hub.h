// Tells every open stream that there is something new. It carries no data: a stream reads the log itself. One
// subscription to the catalog serves them all, and publications that come faster than they are told are told once.
// Thread-safe. The catalog and the context must outlive it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include <boost/asio/io_context.hpp>

#include "server/watch/watch_counters.h"
#include "storage/projections/catalog.h"

namespace setpoint::server {

class WatchHub {
  struct State;

 public:
  WatchHub(const storage::Catalog& catalog, boost::asio::io_context& io);
  ~WatchHub();
  WatchHub(const WatchHub&) = delete;
  WatchHub& operator=(const WatchHub&) = delete;

  // `wake` is called on an I/O thread after something was published, as long as the handle lives and perhaps once
  // more: it must only post, and hold on to what it needs.
  class Handle {
   public:
    Handle(std::shared_ptr<State> state, uint64_t number);
    ~Handle();
    Handle(const Handle&) = delete;
    Handle& operator=(const Handle&) = delete;

   private:
    std::shared_ptr<State> state_;
    uint64_t number_;
  };
  [[nodiscard]] std::unique_ptr<Handle> Add(const std::function<void()>& wake);

  size_t watcher_count() const;

  WatchCounters& counters() { return counters_; }
  const WatchCounters& counters() const { return counters_; }

 private:
  WatchCounters counters_;
  // Shared with the jobs that are posted to the context, which may run after the hub is gone.
  std::shared_ptr<State> state_;
  std::unique_ptr<storage::Catalog::Subscription> subscription_;
};

}  // namespace setpoint::server
