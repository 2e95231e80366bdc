#include "server/follow/fetch_pool.h"

#include <utility>

#include "storage/base/check.h"

namespace setpoint::server {

FetchPool::FetchPool(size_t threads, std::function<void()> on_free) : size_(threads), on_free_(std::move(on_free)) {
  threads_.reserve(threads);
  for (size_t i = 0; i < threads; ++i) threads_.emplace_back([this] { Loop(); });
}

FetchPool::~FetchPool() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  for (std::thread& thread : threads_) thread.join();
}

bool FetchPool::HasRoom() const {
  absl::MutexLock lock(&mutex_);
  return busy_ + waiting_.size() < size_;
}

void FetchPool::Submit(std::function<void()> work) {
  absl::MutexLock lock(&mutex_);
  SETPOINT_CHECK(busy_ + waiting_.size() < size_, "work for a fetch pool without a free thread");
  waiting_.push_back(std::move(work));
}

void FetchPool::Loop() {
  const auto has_something = [this] {
    mutex_.AssertReaderHeld();
    return stopping_ || !waiting_.empty();
  };
  absl::MutexLock lock(&mutex_);
  while (true) {
    mutex_.Await(absl::Condition(&has_something));
    if (waiting_.empty()) return;
    const std::function<void()> work = std::move(waiting_.back());
    waiting_.pop_back();
    ++busy_;
    mutex_.Unlock();
    work();
    mutex_.Lock();
    --busy_;
    mutex_.Unlock();
    on_free_();
    mutex_.Lock();
  }
}

}  // namespace setpoint::server
