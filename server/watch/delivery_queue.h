// The threads that read the log for streams, and who is read for first. Work for streams that are up to date goes
// before that of streams that catch up, and always finds a thread: catching up has all threads but one at most. Either
// kind is first come, first served, and every piece of work is one batch, so nobody waits for long. Thread-safe.
#pragma once

#include <cstddef>
#include <deque>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "absl/functional/any_invocable.h"
#include "absl/synchronization/mutex.h"

namespace setpoint::server {

class DeliveryQueue {
 public:
  using Work = absl::AnyInvocable<void()>;

  // At least two threads.
  explicit DeliveryQueue(size_t threads);
  // Finishes what was begun and drops the rest.
  ~DeliveryQueue();
  DeliveryQueue(const DeliveryQueue&) = delete;
  DeliveryQueue& operator=(const DeliveryQueue&) = delete;

  // Neither is bounded by itself: a group has one piece of live work here at most, a stream one of catching up.
  void PushLive(Work work);
  void PushCatchUp(Work work);

  // Runs `read` as catching-up work; its result is moved to the awaiting coroutine, on the coroutine's executor.
  template <typename Read, typename Result = std::invoke_result_t<Read>>
  boost::asio::awaitable<Result> CatchUp(Read read) {
    auto initiate = [this](auto handler, Read to_run) {
      auto executor = boost::asio::get_associated_executor(handler);
      auto guard = boost::asio::make_work_guard(executor);
      PushCatchUp(
          [executor, guard = std::move(guard), handler = std::move(handler), to_run = std::move(to_run)]() mutable {
            Result result = to_run();
            boost::asio::post(executor, [handler = std::move(handler), result = std::move(result)]() mutable {
              std::move(handler)(std::move(result));
            });
          });
    };
    co_return co_await boost::asio::async_initiate<const boost::asio::use_awaitable_t<>, void(Result)>(
        std::move(initiate), boost::asio::use_awaitable, std::move(read));
  }

  struct Waiting {
    size_t live = 0;
    size_t catching_up = 0;
  };
  Waiting waiting() const;

 private:
  void Loop();
  bool HasWork() const ABSL_SHARED_LOCKS_REQUIRED(mutex_);

  const size_t catching_up_max_;
  mutable absl::Mutex mutex_;
  std::deque<Work> live_ ABSL_GUARDED_BY(mutex_);
  std::deque<Work> catch_up_ ABSL_GUARDED_BY(mutex_);
  size_t catching_up_ ABSL_GUARDED_BY(mutex_) = 0;  // Threads that are at it.
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_;
};

}  // namespace setpoint::server
