// Threads that run jobs in the order in which they came, no more of them at once than there are cores for.
//
// Most jobs are over in microseconds: a thread that is woken for each takes the core from the one at work and finds
// nothing left to do (on two cores, four threads that are woken at will answer a third fewer requests than one). So
// only so many are at work at once, and one that has nothing to do looks out for a moment before it sleeps: the next
// question of a client that is near costs no wake-up. A job that takes longer than a moment (a disk that is slow, a
// large answer) no more counts, and another thread takes up what waits, as long as there is one. Thread-safe.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/functional/any_invocable.h"
#include "absl/synchronization/mutex.h"

namespace setpoint::server {

class JobThreads {
 public:
  using Job = absl::AnyInvocable<void()>;

  // `at_once`: so many quick jobs run side by side; all `threads` may be taken by long ones.
  JobThreads(size_t threads, size_t at_once);
  // Runs what was submitted, and what that submits, then joins.
  ~JobThreads();
  JobThreads(const JobThreads&) = delete;
  JobThreads& operator=(const JobThreads&) = delete;

  // The job must not throw.
  void Submit(Job job);

  // What a client on this machine or beside it takes from an answer to its next question, and more than a quick job
  // takes: so long whoever waits for either looks out for it before he sleeps.
  static constexpr std::chrono::microseconds kLookOut{80};

  // Whether a job waits, or is at work and not long yet: its end is near.
  bool HasQuickJob() const { return quick_.load(std::memory_order_relaxed) > 0; }

 private:
  struct Worker {
    bool counts = false;  // It runs a job that is not long yet.
    uint64_t since = 0;   // The tick at which its job began.
    std::thread thread;
  };

  void Work(Worker& self);
  // Looks now and then, while there are jobs, whose have become long.
  void Watch();
  // Waits awake for a job that comes at once; one thread at a time does.
  void LookOut() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool ShouldGoOn() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void WakeIfWanted() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Its job is done, or long.
  void StopCounting(Worker& worker) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void MarkLongJobs() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const size_t at_once_;
  absl::Mutex mutex_;
  absl::CondVar work_;   // For workers that are idle.
  absl::CondVar watch_;  // For the thread that watches them, where it sleeps.
  std::deque<Job> waiting_ ABSL_GUARDED_BY(mutex_);
  std::vector<Worker> workers_;  // Their state, all but the thread, is guarded by mutex_.
  size_t idle_ ABSL_GUARDED_BY(mutex_) = 0;
  size_t woken_ ABSL_GUARDED_BY(mutex_) = 0;        // Of the idle ones, those on their way.
  bool looks_out_ ABSL_GUARDED_BY(mutex_) = false;  // A worker does, and takes the next job.
  std::atomic<bool> is_called_{false};              // It may stop.
  size_t running_ ABSL_GUARDED_BY(mutex_) = 0;      // Jobs that count.
  std::atomic<size_t> quick_{0};                    // They, and those that wait.
  uint64_t tick_ ABSL_GUARDED_BY(mutex_) = 0;
  uint64_t last_begun_ ABSL_GUARDED_BY(mutex_) = 0;  // The tick of the newest job.
  bool watcher_sleeps_ ABSL_GUARDED_BY(mutex_) = false;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread watcher_;
};

}  // namespace setpoint::server
