#include "server/http/accept.h"

#include <gtest/gtest.h>

namespace setpoint::server {
namespace {

TEST(AcceptTest, TheMostExactRangeDecides) {
  constexpr char kAccept[] = "text/*;q=0.3, text/html;q=0.7, */*;q=0.5, Text/Plain;level=1;q=0";
  EXPECT_EQ(MediaTypeWeight(kAccept, "text/html"), 700U);
  EXPECT_EQ(MediaTypeWeight(kAccept, "text/css"), 300U);
  EXPECT_EQ(MediaTypeWeight(kAccept, "image/png"), 500U);
  EXPECT_EQ(MediaTypeWeight(kAccept, "text/plain"), 0U);
  EXPECT_EQ(MediaTypeWeight("application/json", "application/yaml"), 0U);
  EXPECT_EQ(MediaTypeWeight("", "application/json"), 1'000U);
}

TEST(AcceptTest, CodingsThatAreNotNamedAreNotWanted) {
  EXPECT_EQ(CodingWeight("gzip;q=0.8 , br", "gzip"), 800U);
  EXPECT_EQ(CodingWeight("GZIP", "gzip"), 1'000U);
  EXPECT_EQ(CodingWeight("gzip, br", "zstd"), 0U);
  EXPECT_EQ(CodingWeight("*;q=0.1, gzip;q=0", "zstd"), 100U);
  EXPECT_EQ(CodingWeight("*;q=0.1, gzip;q=0", "gzip"), 0U);
  EXPECT_EQ(CodingWeight("", "gzip"), 0U);
}

TEST(AcceptTest, WeightsHaveThreeDigits) {
  EXPECT_EQ(CodingWeight("a;q=0.125", "a"), 125U);
  EXPECT_EQ(CodingWeight("a;q=0.0", "a"), 0U);
  EXPECT_EQ(CodingWeight("a;q=0.", "a"), 0U);
  EXPECT_EQ(CodingWeight("a;q=1.000", "a"), 1'000U);
  EXPECT_EQ(CodingWeight("a; q=0.5", "a"), 500U);
  for (const char* odd : {"a;q=", "a;q=x", "a;q=2", "a;q=0x1", "a;q=0.12345678", "a;q=-1"}) {
    EXPECT_EQ(CodingWeight(odd, "a"), 1'000U) << odd;
  }
}

}  // namespace
}  // namespace setpoint::server
