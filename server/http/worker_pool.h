// The threads on which everything that may block runs: every read of the store, every encoding of an answer.
// A coroutine on an I/O thread hands work over with `co_await workers.Run(…)` and goes on, on its own executor, with
// the result. Thread-safe.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <deque>
#include <thread>
#include <type_traits>
#include <utility>

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "server/http/job_threads.h"

namespace setpoint::server {

class WorkerPool {
 public:
  // Beside them there is at least one thread that does sockets, and it shall not wait for a core. What was begun is
  // finished before the pool goes.
  WorkerPool(size_t threads, size_t queued_max)
      : queued_max_(queued_max),
        aside_max_(std::max<size_t>(threads / 2, 1)),
        threads_(threads, std::max<size_t>(std::thread::hardware_concurrency(), 2) - 1) {}

  // Whether so much is waiting that a new request had better be refused. Work of a request that was taken is always
  // run.
  bool IsOverloaded() const { return queued_.load(std::memory_order_relaxed) >= queued_max_; }

  // Whether an answer is due at once.
  bool HasQuickJob() const { return threads_.HasQuickJob(); }

  // How much waits for a thread just now.
  size_t queued() const { return queued_.load(std::memory_order_relaxed); }
  size_t queued_max() const { return queued_max_; }

  // Runs `work` on a worker thread; its result is moved to the awaiting coroutine. `work` must not throw.
  template <typename Work, typename Result = std::invoke_result_t<Work>>
  boost::asio::awaitable<Result> Run(Work work) {
    return Await<Result>(std::move(work), [this](auto job) {
      queued_.fetch_add(1, std::memory_order_relaxed);
      threads_.Submit([this, job = std::move(job)]() mutable {
        queued_.fetch_sub(1, std::memory_order_relaxed);
        job();
      });
    });
  }

  // The same for a turn of what may go on for long: such work takes turns with its like, in half of the threads at
  // most, and does not count as waiting.
  template <typename Work, typename Result = std::invoke_result_t<Work>>
  boost::asio::awaitable<Result> RunAside(Work work) {
    return Await<Result>(std::move(work), [this](auto job) { Enqueue(std::move(job)); });
  }

 private:
  using Job = JobThreads::Job;

  // `submit` has a job run that goes on with the coroutine when it is done.
  template <typename Result, typename Work, typename Submit>
  static boost::asio::awaitable<Result> Await(Work work, Submit submit) {
    auto initiate = [submit](auto handler, Work to_run) {
      auto executor = boost::asio::get_associated_executor(handler);
      auto guard = boost::asio::make_work_guard(executor);
      submit([executor, guard = std::move(guard), handler = std::move(handler), to_run = std::move(to_run)]() mutable {
        Result result = to_run();
        boost::asio::post(executor, [handler = std::move(handler), result = std::move(result)]() mutable {
          std::move(handler)(std::move(result));
        });
      });
    };
    co_return co_await boost::asio::async_initiate<const boost::asio::use_awaitable_t<>, void(Result)>(
        std::move(initiate), boost::asio::use_awaitable, std::move(work));
  }

  void Enqueue(Job job) {
    {
      const absl::MutexLock lock(&mutex_);
      if (aside_running_ == aside_max_) return aside_.push_back(std::move(job));
      ++aside_running_;
    }
    PostAside(std::move(job));
  }

  // When it is done its place is for the one that has waited longest, behind whatever else waits for a thread.
  void PostAside(Job job) {
    threads_.Submit([this, job = std::move(job)]() mutable {
      job();
      {
        const absl::MutexLock lock(&mutex_);
        if (aside_.empty()) {
          --aside_running_;
          return;
        }
        job = std::move(aside_.front());
        aside_.pop_front();
      }
      PostAside(std::move(job));
    });
  }

  const size_t queued_max_;
  const size_t aside_max_;
  std::atomic<size_t> queued_{0};
  absl::Mutex mutex_;
  std::deque<Job> aside_ ABSL_GUARDED_BY(mutex_);     // Waits for its turn.
  size_t aside_running_ ABSL_GUARDED_BY(mutex_) = 0;  // Turns at work, or next for a thread.
  JobThreads threads_;                                // Last: it runs jobs until it is gone.
};

}  // namespace setpoint::server
