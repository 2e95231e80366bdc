// The strand that many connections share, and the bookmarks of the streams among them: one timer for all. So whoever
// has news for a thousand streams posts one job, and a stream that waits has no timer of its own. On its strand only,
// where it does not say otherwise. Held by the streams on it, which may outlive the hub.
#pragma once

#include <chrono>
#include <cstddef>
#include <list>
#include <map>
#include <memory>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>

namespace setpoint::server {

class WatchStream;

class WatchLane : public std::enable_shared_from_this<WatchLane> {
 public:
  using Clock = std::chrono::steady_clock;
  using Strand = boost::asio::strand<boost::asio::io_context::executor_type>;

  WatchLane(boost::asio::io_context& io, size_t number)
      : number_(number), strand_(io.get_executor()), timer_(strand_) {}

  // Any thread.
  size_t number() const { return number_; }
  const Strand& strand() const { return strand_; }

  // Where a stream stands among those that are due, by the time that it has been quiet.
  struct Due {
    WatchStream* stream;
    Clock::time_point time;
  };
  using Place = std::list<Due>::iterator;

  // From now on WatchStream::OnDue is called when the stream was quiet for `interval`, until Remove.
  Place Add(WatchStream& stream, std::chrono::milliseconds interval);
  // The stream was sent something.
  void Touch(Place place, std::chrono::milliseconds interval);
  void Remove(Place place, std::chrono::milliseconds interval);

 private:
  void Arm();
  void OnTimer();

  const size_t number_;
  Strand strand_;
  boost::asio::steady_timer timer_;
  Clock::time_point armed_for_ = Clock::time_point::max();
  // By interval: within one, who was sent something last is due last, so each list is in order of time. Intervals are
  // whole seconds within bounds, so there are few.
  std::map<std::chrono::milliseconds, std::list<Due>> due_;
};

}  // namespace setpoint::server
