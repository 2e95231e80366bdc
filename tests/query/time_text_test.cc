#include "query/time_text.h"

#include <gtest/gtest.h>

namespace setpoint::query {
namespace {

constexpr int64_t kNow = 1'700'000'000;  // 2023-11-14T22:13:20Z

TEST(TimeText, FormatsUtc) {
  EXPECT_EQ(FormatTime(0), "1970-01-01T00:00:00Z");
  EXPECT_EQ(FormatTime(kNow), "2023-11-14T22:13:20Z");
  EXPECT_EQ(FormatTime(-1), "1969-12-31T23:59:59Z");
}

TEST(TimeText, ClampsAbsurdDates) {
  EXPECT_EQ(FormatTime(INT64_MAX), "9999-12-31T23:59:59Z");
  EXPECT_EQ(FormatTime(INT64_MIN), "0000-01-01T00:00:00Z");
}

TEST(TimeText, ReadsRfc3339) {
  EXPECT_EQ(ParseTime("2023-11-14T22:13:20Z", 0), kNow);
  EXPECT_EQ(ParseTime("2023-11-14T23:13:20+01:00", 0), kNow);
  EXPECT_EQ(ParseTime("2023-11-14T20:43:20-01:30", 0), kNow);
  EXPECT_EQ(ParseTime("2023-11-14 22:13:20.987Z", 0), kNow);
  EXPECT_EQ(ParseTime("2023-11-14", 0), kNow - 22 * 3600 - 13 * 60 - 20);
}

TEST(TimeText, ReadsHowLongAgo) {
  EXPECT_EQ(ParseTime("2h ago", kNow), kNow - 7200);
  EXPECT_EQ(ParseTime("90 minutes ago", kNow), kNow - 5400);
  EXPECT_EQ(ParseTime("1 day ago", kNow), kNow - 86'400);
  EXPECT_EQ(ParseTime("3w ago", kNow), kNow - 3 * 604'800);
  EXPECT_EQ(ParseTime("10s ago", kNow), kNow - 10);
}

TEST(TimeText, RefusesEverythingElse) {
  for (const char* text : {"", "ago", "h ago", "2 ago", "2hago", "-2h ago", "2 fortnights ago", "2023-13-01",
                           "2023-02-30", "2023-11-14T22:13:20", "2023-11-14T24:00:00Z", "2023-11-14T22:13:20.Z",
                           "20231114", "now", "99999999999 days ago", "2023-11-14T22:13:20+0100"}) {
    EXPECT_EQ(ParseTime(text, kNow), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace setpoint::query
