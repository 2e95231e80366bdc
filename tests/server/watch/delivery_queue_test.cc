#include "server/watch/delivery_queue.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/synchronization/blocking_counter.h"
#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"

namespace setpoint::test {
namespace {

using server::DeliveryQueue;

constexpr absl::Duration kDeadline = absl::Seconds(60);

TEST(DeliveryQueueTest, CatchingUpLeavesAThreadToLiveDelivery) {
  absl::Notification release;
  absl::Notification live_ran;
  absl::BlockingCounter caught_up(8);
  {
    DeliveryQueue queue(3);
    for (int i = 0; i < 8; ++i) {
      queue.PushCatchUp([&] {
        release.WaitForNotification();
        caught_up.DecrementCount();
      });
    }
    // Six of the eight wait, however long; live work does not wait for them.
    queue.PushLive([&] { live_ran.Notify(); });
    EXPECT_TRUE(live_ran.WaitForNotificationWithTimeout(kDeadline));
    EXPECT_GE(queue.waiting().catching_up, 6U);
    release.Notify();
    caught_up.Wait();
  }
}

TEST(DeliveryQueueTest, LiveWorkGoesFirst) {
  absl::Mutex mutex;
  std::vector<std::string> order;
  absl::Notification begun;
  absl::Notification release;
  absl::BlockingCounter left(6);
  const auto note = [&](const std::string& what) {
    return [&, what] {
      {
        absl::MutexLock lock(&mutex);
        order.push_back(what);
      }
      left.DecrementCount();
    };
  };
  DeliveryQueue queue(2);
  // One thread is held by live work and the other by catching up, so that all that follows has to wait.
  absl::Notification other_begun;
  queue.PushLive([&] {
    begun.Notify();
    release.WaitForNotification();
  });
  begun.WaitForNotification();
  queue.PushCatchUp([&] {
    other_begun.Notify();
    release.WaitForNotification();
  });
  other_begun.WaitForNotification();
  for (int i = 0; i < 3; ++i) queue.PushCatchUp(note("catch up"));
  for (int i = 0; i < 3; ++i) queue.PushLive(note("live"));
  release.Notify();
  left.Wait();
  absl::MutexLock lock(&mutex);
  ASSERT_EQ(order.size(), 6U);
  // Two threads take from the queue at a time, so those that catch up may overtake the last live one.
  EXPECT_EQ(order[0], "live");
  EXPECT_EQ(order[1], "live");
}

}  // namespace
}  // namespace setpoint::test
