#include "tools/setpoint/back_off.h"

#include <gtest/gtest.h>

namespace setpoint::test {
namespace {

using std::chrono::milliseconds;
using tools::BackOff;

class FixedBytes final : public storage::RandomSource {
 public:
  explicit FixedBytes(char byte) : byte_(byte) {}
  std::string Bytes(size_t size) const override { return std::string(size, byte_); }

 private:
  const char byte_;
};

TEST(BackOffTest, DoublesUpToItsBoundAndBeginsAgain) {
  const FixedBytes none('\0');
  BackOff back_off(milliseconds(100), milliseconds(350), none);
  for (const int expected : {100, 200, 350, 350}) EXPECT_EQ(back_off.Next(), milliseconds(expected));
  back_off.Reset();
  EXPECT_EQ(back_off.Next(), milliseconds(100));
}

TEST(BackOffTest, ChanceTakesAtMostHalf) {
  const FixedBytes all('\xff');
  BackOff back_off(milliseconds(1'000), milliseconds(60'000), all);
  EXPECT_EQ(back_off.Next(), milliseconds(1'000 - 1'000 * 255 / 512));
  const FixedBytes some('\x80');
  BackOff other(milliseconds(1'000), milliseconds(60'000), some);
  EXPECT_EQ(other.Next(), milliseconds(750));
  BackOff none(milliseconds(0), milliseconds(60'000), some);
  EXPECT_EQ(none.Next(), milliseconds(0));
}

}  // namespace
}  // namespace setpoint::test
