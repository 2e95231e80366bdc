// What stays, what goes, and that what is asked for again stays longer.
#include "storage/base/recently_used.h"

#include <gtest/gtest.h>

#include <string>

#include "storage/base/concat.h"

namespace setpoint::storage {
namespace {

constexpr size_t kValueBytes = 10'000;  // Beside it a place in the table is nothing.

TEST(RecentlyUsedTest, FindsWhatItKeeps) {
  RecentlyUsed<std::string, int> used(10 * kValueBytes);
  EXPECT_EQ(used.Find("one"), nullptr);
  used.Keep("one", 1, kValueBytes);
  ASSERT_NE(used.Find("one"), nullptr);
  EXPECT_EQ(*used.Find("one"), 1);
  EXPECT_EQ(used.Find("two"), nullptr);
}

TEST(RecentlyUsedTest, ALaterValueReplacesTheEarlier) {
  RecentlyUsed<std::string, int> used(10 * kValueBytes);
  used.Keep("one", 1, kValueBytes);
  used.Keep("one", 2, kValueBytes);
  EXPECT_EQ(*used.Find("one"), 2);
}

TEST(RecentlyUsedTest, ForgetsWhatIsNotAskedFor) {
  RecentlyUsed<std::string, int> used(10 * kValueBytes);
  used.Keep("asked for", 1, kValueBytes);
  used.Keep("not asked for", 2, kValueBytes);
  int kept = 0;
  for (int i = 0; i < 30; ++i) {
    used.Keep(Concat(i), i, kValueBytes);
    ASSERT_NE(used.Find("asked for"), nullptr) << i;
  }
  for (int i = 0; i < 30; ++i) kept += used.Find(Concat(i)) != nullptr ? 1 : 0;
  EXPECT_EQ(used.Find("not asked for"), nullptr);
  EXPECT_GE(kept, 3);
  EXPECT_LE(kept, 10);
}

}  // namespace
}  // namespace setpoint::storage
