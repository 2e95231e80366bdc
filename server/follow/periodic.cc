#include "server/follow/periodic.h"

#include <utility>

namespace setpoint::server {

void Periodic::Start(absl::Duration first, absl::Duration pause, std::function<void()> round) {
  thread_ = std::thread([this, first, pause, round = std::move(round)] {
    for (absl::Duration wait = first;; wait = pause) {
      {
        const absl::MutexLock lock(&mutex_);
        if (mutex_.AwaitWithTimeout(absl::Condition(&stopping_), wait)) return;
      }
      round();
    }
  });
}

void Periodic::Stop() {
  {
    const absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  if (thread_.joinable()) thread_.join();
}

bool Periodic::IsStopping() const {
  const absl::MutexLock lock(&mutex_);
  return stopping_;
}

}  // namespace setpoint::server
