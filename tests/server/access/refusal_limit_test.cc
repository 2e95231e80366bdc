#include "server/access/refusal_limit.h"

#include <gtest/gtest.h>

#include "storage/base/concat.h"

namespace setpoint::server {
namespace {

TEST(RefusalLimitTest, FillsAgainWithTime) {
  RefusalLimit limit({.per_minute = 6});
  for (int i = 0; i < 6; ++i) EXPECT_TRUE(limit.Count("a", 1'000)) << i;
  EXPECT_FALSE(limit.Count("a", 1'000));
  EXPECT_TRUE(limit.Count("b", 1'000));
  EXPECT_TRUE(limit.Count("a", 1'010));  // One in ten seconds.
  EXPECT_FALSE(limit.Count("a", 1'010));
  EXPECT_FALSE(limit.Count("a", 500));  // A clock that runs backwards gives nothing.
}

TEST(RefusalLimitTest, ForgetsTheOldestRatherThanGrow) {
  RefusalLimit limit({.per_minute = 1, .addresses_max = 100});
  for (int i = 0; i < 1'000; ++i) EXPECT_TRUE(limit.Count(storage::Concat("address ", i), i));
  EXPECT_EQ(limit.size(), 100u);
  EXPECT_FALSE(limit.Count("address 999", 999));
}

TEST(RefusalLimitTest, OneNetworkIsOneAddress) {
  EXPECT_EQ(NetworkOf("10.1.2.3"), "10.1.2.3");
  EXPECT_EQ(NetworkOf("2001:db8::1"), NetworkOf("2001:db8::ffff:2"));
  EXPECT_NE(NetworkOf("2001:db8::1"), NetworkOf("2001:db8:0:1::1"));
  EXPECT_EQ(NetworkOf("::ffff:10.1.2.3"), "10.1.2.3");
  EXPECT_EQ(NetworkOf("unknown"), "unknown");
}

}  // namespace
}  // namespace setpoint::server
