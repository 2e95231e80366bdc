// Who gets a thread, where some never have enough.
#include "server/http/worker_pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include "absl/synchronization/notification.h"

namespace setpoint::server {
namespace {

namespace asio = boost::asio;

class WorkerPoolTest : public testing::Test {
 protected:
  WorkerPoolTest() : guard_(asio::make_work_guard(io_)), thread_([this] { io_.run(); }) {}
  ~WorkerPoolTest() override {
    guard_.reset();
    thread_.join();
  }

  // Begins work that says when it has begun and ends when it may.
  void BeginAside(absl::Notification& may_end) {
    asio::co_spawn(
        io_,
        [this, &may_end]() -> asio::awaitable<void> {
          co_await workers_.RunAside([this, &may_end] {
            ++begun_;
            may_end.WaitForNotification();
            return 0;
          });
          ++ended_;
        },
        asio::detached);
  }

  void RunAndWait() {
    absl::Notification done;
    asio::co_spawn(
        io_,
        [this, &done]() -> asio::awaitable<void> {
          co_await workers_.Run([] { return 0; });
          done.Notify();
        },
        asio::detached);
    done.WaitForNotification();
  }

  static void Await(const std::atomic<int>& count, int wanted) {
    while (count.load() < wanted) std::this_thread::yield();
  }

  asio::io_context io_;
  asio::executor_work_guard<asio::io_context::executor_type> guard_;
  WorkerPool workers_{4, 100};
  std::atomic<int> begun_{0};
  std::atomic<int> ended_{0};
  std::thread thread_;
};

TEST_F(WorkerPoolTest, TurnsHaveHalfOfTheThreadsAndCountAsNoQueue) {
  absl::Notification may_end;
  for (int i = 0; i < 10; ++i) BeginAside(may_end);
  Await(begun_, 2);
  // Whatever comes now finds threads; if turns had more of them, some would have begun by then.
  for (int i = 0; i < 100; ++i) RunAndWait();
  EXPECT_EQ(begun_, 2);
  EXPECT_EQ(workers_.queued(), 0U);
  may_end.Notify();
  Await(ended_, 10);
  EXPECT_EQ(begun_, 10);
}

TEST_F(WorkerPoolTest, AFreePlaceIsTakenAtOnce) {
  absl::Notification first_may_end;
  absl::Notification others_may_end;
  BeginAside(first_may_end);
  Await(begun_, 1);
  for (int i = 0; i < 3; ++i) BeginAside(others_may_end);
  Await(begun_, 2);
  first_may_end.Notify();
  Await(begun_, 3);
  others_may_end.Notify();
  Await(ended_, 4);
}

}  // namespace
}  // namespace setpoint::server
