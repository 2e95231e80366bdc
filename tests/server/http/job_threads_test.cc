// Jobs that take long keep nobody waiting, as long as there is a thread.
#include "server/http/job_threads.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "absl/synchronization/blocking_counter.h"
#include "absl/synchronization/notification.h"

namespace setpoint::server {
namespace {

TEST(JobThreadsTest, OneThreadRunsJobsInTheirOrder) {
  std::vector<int> order;
  {
    JobThreads threads(1, 1);
    for (int i = 0; i < 100; ++i) threads.Submit([&order, i] { order.push_back(i); });
  }
  ASSERT_EQ(order.size(), 100U);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(order[static_cast<size_t>(i)], i);
}

TEST(JobThreadsTest, LongJobsMakeRoomForOthers) {
  absl::Notification may_end;
  absl::Notification done;
  JobThreads threads(3, 1);
  for (int i = 0; i < 2; ++i) threads.Submit([&may_end] { may_end.WaitForNotification(); });
  threads.Submit([&done] { done.Notify(); });
  done.WaitForNotification();
  may_end.Notify();
}

// Whoever waits for what is due at once must not wait for what takes long.
TEST(JobThreadsTest, OnlyJobsThatAreNotLongAreQuick) {
  absl::Notification may_end;
  JobThreads threads(1, 1);
  EXPECT_FALSE(threads.HasQuickJob());
  threads.Submit([&may_end] { may_end.WaitForNotification(); });
  while (threads.HasQuickJob()) std::this_thread::yield();
  // It is at work still, and the next one waits for its thread.
  threads.Submit([] {});
  EXPECT_TRUE(threads.HasQuickJob());
  may_end.Notify();
  while (threads.HasQuickJob()) std::this_thread::yield();
}

TEST(JobThreadsTest, WithoutAFreeThreadJobsWait) {
  absl::BlockingCounter begun(2);
  absl::Notification first_may_end;
  absl::Notification second_may_end;
  absl::Notification done;
  std::atomic<bool> is_free{false};
  JobThreads threads(2, 1);
  for (absl::Notification* may_end : {&first_may_end, &second_may_end}) {
    threads.Submit([&begun, may_end] {
      begun.DecrementCount();
      may_end->WaitForNotification();
    });
  }
  begun.Wait();
  threads.Submit([&] {
    EXPECT_TRUE(is_free);
    done.Notify();
  });
  is_free = true;
  first_may_end.Notify();
  done.WaitForNotification();
  second_may_end.Notify();
}

TEST(JobThreadsTest, ManyLongOnesAndThenQuickOnesAllRun) {
  std::atomic<int> quick{0};
  {
    absl::Notification may_end;
    JobThreads threads(4, 2);
    for (int i = 0; i < 3; ++i) threads.Submit([&may_end] { may_end.WaitForNotification(); });
    for (int i = 0; i < 1'000; ++i) threads.Submit([&quick] { ++quick; });
    threads.Submit([&may_end] { may_end.Notify(); });
  }
  EXPECT_EQ(quick, 1'000);
}

TEST(JobThreadsTest, WhatJobsSubmitRunsBeforeTheEnd) {
  std::atomic<int> ran{0};
  {
    JobThreads threads(2, 2);
    for (int i = 0; i < 10; ++i) {
      threads.Submit([&] {
        threads.Submit([&] { ++ran; });
        ++ran;
      });
    }
  }
  EXPECT_EQ(ran, 20);
}

}  // namespace
}  // namespace setpoint::server
