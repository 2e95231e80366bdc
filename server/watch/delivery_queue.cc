#include "server/watch/delivery_queue.h"

#include "storage/base/check.h"

namespace setpoint::server {

DeliveryQueue::DeliveryQueue(size_t threads) : catching_up_max_(threads - 1) {
  SETPOINT_CHECK(threads >= 2, "catching up leaves one thread to live delivery");
  for (size_t i = 0; i < threads; ++i) threads_.emplace_back([this] { Loop(); });
}

DeliveryQueue::~DeliveryQueue() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  for (std::thread& thread : threads_) thread.join();
}

void DeliveryQueue::PushLive(Work work) {
  absl::MutexLock lock(&mutex_);
  live_.push_back(std::move(work));
}

void DeliveryQueue::PushCatchUp(Work work) {
  absl::MutexLock lock(&mutex_);
  catch_up_.push_back(std::move(work));
}

DeliveryQueue::Waiting DeliveryQueue::waiting() const {
  absl::MutexLock lock(&mutex_);
  return {live_.size(), catch_up_.size()};
}

bool DeliveryQueue::HasWork() const {
  return stopping_ || !live_.empty() || (!catch_up_.empty() && catching_up_ < catching_up_max_);
}

void DeliveryQueue::Loop() {
  while (true) {
    Work work;
    bool live = false;
    {
      absl::MutexLock lock(&mutex_);
      mutex_.Await(absl::Condition(this, &DeliveryQueue::HasWork));
      if (stopping_) return;
      live = !live_.empty();
      std::deque<Work>& queue = live ? live_ : catch_up_;
      work = std::move(queue.front());
      queue.pop_front();
      if (!live) ++catching_up_;
    }
    work();
    work = nullptr;  // What it holds goes outside of the lock, and before the next wait.
    if (live) continue;
    absl::MutexLock lock(&mutex_);
    --catching_up_;
  }
}

}  // namespace setpoint::server
