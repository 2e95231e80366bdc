// The threads on which everything that may block runs: every read of the store, every encoding of an answer.
// A coroutine on an I/O thread hands work over with `co_await workers.Run(…)` and goes on, on its own executor, with
// the result. Thread-safe.
#pragma once

#include <atomic>
#include <cstddef>
#include <type_traits>
#include <utility>

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace setpoint::server {

class WorkerPool {
 public:
  WorkerPool(size_t threads, size_t queued_max) : queued_max_(queued_max), pool_(threads) {}
  // Finishes what was begun, then joins the threads.
  ~WorkerPool() { pool_.join(); }
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  // Whether so much is waiting that a new request had better be refused. Work of a request that was taken is always
  // run.
  bool IsOverloaded() const { return queued_.load(std::memory_order_relaxed) >= queued_max_; }

  // How much waits for a thread just now.
  size_t queued() const { return queued_.load(std::memory_order_relaxed); }
  size_t queued_max() const { return queued_max_; }

  // Runs `work` on a worker thread; its result is moved to the awaiting coroutine. `work` must not throw.
  template <typename Work, typename Result = std::invoke_result_t<Work>>
  boost::asio::awaitable<Result> Run(Work work) {
    auto initiate = [this](auto handler, Work to_run) {
      auto executor = boost::asio::get_associated_executor(handler);
      auto guard = boost::asio::make_work_guard(executor);
      queued_.fetch_add(1, std::memory_order_relaxed);
      boost::asio::post(pool_, [this, executor, guard = std::move(guard), handler = std::move(handler),
                                to_run = std::move(to_run)]() mutable {
        queued_.fetch_sub(1, std::memory_order_relaxed);
        Result result = to_run();
        boost::asio::post(executor, [handler = std::move(handler), result = std::move(result)]() mutable {
          std::move(handler)(std::move(result));
        });
      });
    };
    co_return co_await boost::asio::async_initiate<const boost::asio::use_awaitable_t<>, void(Result)>(
        std::move(initiate), boost::asio::use_awaitable, std::move(work));
  }

 private:
  const size_t queued_max_;
  std::atomic<size_t> queued_{0};
  boost::asio::thread_pool pool_;
};

}  // namespace setpoint::server
