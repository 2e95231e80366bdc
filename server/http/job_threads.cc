#include "server/http/job_threads.h"

#include <utility>

#include "absl/time/time.h"

namespace setpoint::server {
namespace {

// A job is long from its second tick on: far more than one that finds its rows in memory takes.
constexpr absl::Duration kTick = absl::Milliseconds(1);
constexpr uint64_t kLongTicks = 2;
// Without a job for so long the watcher sleeps until there is one.
constexpr uint64_t kQuietTicks = 1'000;

}  // namespace

JobThreads::JobThreads(size_t threads, size_t at_once) : at_once_(at_once), workers_(threads) {
  for (Worker& worker : workers_) worker.thread = std::thread([this, &worker] { Work(worker); });
  watcher_ = std::thread([this] { Watch(); });
}

JobThreads::~JobThreads() {
  {
    const absl::MutexLock lock(&mutex_);
    stopping_ = true;
    is_called_ = true;
    work_.SignalAll();
    watch_.Signal();
  }
  for (Worker& worker : workers_) worker.thread.join();
  watcher_.join();
}

void JobThreads::Submit(Job job) {
  const absl::MutexLock lock(&mutex_);
  waiting_.push_back(std::move(job));
  ++quick_;
  if (looks_out_) is_called_ = true;
  WakeIfWanted();
  if (watcher_sleeps_) watch_.Signal();
}

bool JobThreads::ShouldGoOn() const { return stopping_ || (!waiting_.empty() && running_ < at_once_); }

void JobThreads::WakeIfWanted() {
  const size_t coming = woken_ + (looks_out_ ? 1 : 0);
  if (idle_ == woken_ || waiting_.size() <= coming || running_ + coming >= at_once_) return;
  ++woken_;
  work_.Signal();
}

void JobThreads::LookOut() {
  if (looks_out_ || ShouldGoOn() || running_ >= at_once_) return;
  looks_out_ = true;
  is_called_ = false;
  mutex_.Unlock();
  const auto end = std::chrono::steady_clock::now() + kLookOut;
  while (!is_called_ && std::chrono::steady_clock::now() < end) std::this_thread::yield();
  mutex_.Lock();
  looks_out_ = false;
}

void JobThreads::Work(Worker& self) {
  mutex_.Lock();
  while (true) {
    while (!ShouldGoOn()) {
      ++idle_;
      work_.Wait(&mutex_);
      --idle_;
      if (woken_ > 0) --woken_;
    }
    if (waiting_.empty()) break;
    Job job = std::move(waiting_.front());
    waiting_.pop_front();
    ++running_;
    self.counts = true;
    self.since = last_begun_ = tick_;
    WakeIfWanted();
    mutex_.Unlock();
    job();
    job = nullptr;  // What it holds may be destroyed at length.
    mutex_.Lock();
    StopCounting(self);
    LookOut();
  }
  mutex_.Unlock();
}

void JobThreads::StopCounting(Worker& worker) {
  if (!std::exchange(worker.counts, false)) return;
  --running_;
  --quick_;
}

void JobThreads::MarkLongJobs() {
  for (Worker& worker : workers_) {
    if (!worker.counts || tick_ - worker.since < kLongTicks) continue;
    StopCounting(worker);
    WakeIfWanted();
  }
}

void JobThreads::Watch() {
  const absl::MutexLock lock(&mutex_);
  while (!stopping_) {
    watcher_sleeps_ = waiting_.empty() && tick_ - last_begun_ > kQuietTicks;
    if (watcher_sleeps_) {
      watch_.Wait(&mutex_);
    } else {
      watch_.WaitWithTimeout(&mutex_, kTick);
    }
    watcher_sleeps_ = false;
    ++tick_;
    MarkLongJobs();
  }
}

}  // namespace setpoint::server
