#include "storage/base/concat.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include "absl/strings/string_view.h"

namespace setpoint::storage {
namespace {

TEST(Concat, JoinsEveryKindOfText) {
  const std::string text = "b";
  EXPECT_EQ(Concat("a", text, std::string_view("c"), absl::string_view("d")), "abcd");
  EXPECT_EQ(Concat(), "");
  EXPECT_EQ(Concat("", text, ""), "b");
}

TEST(Concat, KeepsZeroBytesOfViews) { EXPECT_EQ(Concat(std::string_view("a\0b", 3)).size(), 3u); }

TEST(Concat, WritesNumbersInDecimal) {
  EXPECT_EQ(Concat("r", 7u, " ", -3, " ", size_t{0}), "r7 -3 0");
  EXPECT_EQ(Concat(std::numeric_limits<int64_t>::min()), "-9223372036854775808");
  EXPECT_EQ(Concat(std::numeric_limits<uint64_t>::max()), "18446744073709551615");
  EXPECT_EQ(Concat(uint8_t{200}), "200");
}

}  // namespace
}  // namespace setpoint::storage
