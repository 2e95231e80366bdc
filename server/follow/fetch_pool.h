// Threads that look at sources, so that one that hangs takes a thread and nothing else. Work is taken only where a
// thread is free: there is no queue. Thread-safe, but one thread submits.
#pragma once

#include <cstddef>
#include <functional>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"

namespace setpoint::server {

class FetchPool {
 public:
  // `on_free` is called, in a thread of the pool, when one becomes free.
  FetchPool(size_t threads, std::function<void()> on_free);
  // Waits for the work at hand.
  ~FetchPool();
  FetchPool(const FetchPool&) = delete;
  FetchPool& operator=(const FetchPool&) = delete;

  // Whether Submit would find a thread.
  bool HasRoom() const;
  // There is room.
  void Submit(std::function<void()> work);

 private:
  void Loop();

  const size_t size_;
  const std::function<void()> on_free_;
  mutable absl::Mutex mutex_;
  std::vector<std::function<void()>> waiting_ ABSL_GUARDED_BY(mutex_);  // For a free thread to take: no time at all.
  size_t busy_ ABSL_GUARDED_BY(mutex_) = 0;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_;
};

}  // namespace setpoint::server
