#include "query/watch_cursor.h"

#include <gtest/gtest.h>

namespace setpoint::query {
namespace {

using storage::Revision;

TEST(WatchCursorTest, IsWrittenAsItIsRead) {
  for (const char* text : {"r0", "r123", "r123.0", "r123.4", "r18446744073709551615", "r1.4294967294"}) {
    const auto cursor = WatchCursor::Parse(text);
    ASSERT_TRUE(cursor.has_value()) << text;
    EXPECT_EQ(cursor->Text(), text);
  }
}

TEST(WatchCursorTest, RefusesWhatIsNoCursor) {
  for (const char* text : {"", "r", "123", "r-1", "r+1", "r 1", "r1.", "r.1", "r1.2.3", "R1", "r1.4294967295", "r1x",
                           "r18446744073709551616", "main", "rain"}) {
    EXPECT_FALSE(WatchCursor::Parse(text).has_value()) << text;
  }
}

TEST(WatchCursorTest, ComesInTheOrderOfTheStream) {
  EXPECT_LT((WatchCursor{Revision(7), 0}), (WatchCursor{Revision(7), 1}));
  EXPECT_LT((WatchCursor{Revision(7), 1}), WatchCursor{Revision(7)});
  EXPECT_LT(WatchCursor{Revision(7)}, (WatchCursor{Revision(8), 0}));
}

}  // namespace
}  // namespace setpoint::query
