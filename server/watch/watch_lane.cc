#include "server/watch/watch_lane.h"

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

#include <boost/asio/post.hpp>

#include "server/watch/watch_stream.h"

namespace setpoint::server {
namespace {

// So many bookmarks are sent before whatever else the strand has to do has its turn.
constexpr size_t kDueAtOnceMax = 128;

}  // namespace

WatchLane::Place WatchLane::Add(WatchStream& stream, std::chrono::milliseconds interval) {
  std::list<Due>& list = due_[interval];
  list.push_back({&stream, Clock::now() + interval});
  if (list.size() == 1) Arm();
  return std::prev(list.end());
}

void WatchLane::Touch(Place place, std::chrono::milliseconds interval) {
  std::list<Due>& list = due_[interval];
  place->time = Clock::now() + interval;
  list.splice(list.end(), list, place);
}

void WatchLane::Remove(Place place, std::chrono::milliseconds interval) {
  const auto list = due_.find(interval);
  list->second.erase(place);
  if (!list->second.empty()) return;
  due_.erase(list);
  // A timer that nobody waits for would keep a server from ending.
  if (due_.empty()) {
    armed_for_ = Clock::time_point::max();
    timer_.cancel();
  }
}

void WatchLane::Arm() {
  Clock::time_point first = Clock::time_point::max();
  for (const auto& [interval, list] : due_) first = std::min(first, list.front().time);
  if (first >= armed_for_) return;  // It fires early rather than late, and looks again.
  armed_for_ = first;
  timer_.expires_at(first);
  timer_.async_wait([self = shared_from_this()](boost::system::error_code cancelled) {
    if (!cancelled) self->OnTimer();
  });
}

void WatchLane::OnTimer() {
  armed_for_ = Clock::time_point::max();
  const Clock::time_point now = Clock::now();
  size_t left = kDueAtOnceMax;
  std::vector<WatchStream*> due;
  for (auto& [interval, list] : due_) {
    for (auto each = list.begin(); each != list.end() && each->time <= now && left > 0; ++each, --left) {
      due.push_back(each->stream);
    }
  }
  // A stream may leave its list when it is told, and none but itself.
  for (WatchStream* stream : due) stream->OnDue(now);
  if (!due_.empty()) Arm();
}

}  // namespace setpoint::server
