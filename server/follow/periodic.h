// Work that is done now and then, in a thread of its own, until the server stops.
#pragma once

#include <functional>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

namespace setpoint::server {

// Start and Stop: one thread at a time.
class Periodic {
 public:
  Periodic() = default;
  ~Periodic() { Stop(); }
  Periodic(const Periodic&) = delete;
  Periodic& operator=(const Periodic&) = delete;

  // Calls `round` when `first` is over, and again `pause` after each end. Once.
  void Start(absl::Duration first, absl::Duration pause, std::function<void()> round);
  // Waits for the round at hand. A second time, and without a start, it does nothing.
  void Stop();
  // Any thread: whether a round had better end.
  bool IsStopping() const;

 private:
  mutable absl::Mutex mutex_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace setpoint::server
