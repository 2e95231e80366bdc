#include "tools/setpoint/terminal.h"

#include <gtest/gtest.h>

#include <clocale>

namespace setpoint::tools {
namespace {

class TerminalTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { std::setlocale(LC_CTYPE, "C.UTF-8"); }
};

TEST_F(TerminalTest, WidthIsThatOfColumns) {
  EXPECT_EQ(DisplayWidth("web"), 3U);
  EXPECT_EQ(DisplayWidth("\xC3\xA9"), 1U);          // é
  EXPECT_EQ(DisplayWidth("e\xCC\x81"), 1U);         // e and a combining accent
  EXPECT_EQ(DisplayWidth("\xE6\xBC\xA2"), 2U);      // a wide character
  EXPECT_EQ(DisplayWidth("\xF0\x9F\x9A\x80"), 2U);  // a rocket
}

TEST_F(TerminalTest, NothingCommandsTheTerminal) {
  EXPECT_EQ(Printable("a\nb\tc"), "a b c");
  EXPECT_EQ(Printable("\x1b[2J\xFF"), "\xEF\xBF\xBD[2J\xEF\xBF\xBD");
  EXPECT_EQ(Printable("\xE2\x80\xAE"), "\xEF\xBF\xBD");  // right-to-left override
  EXPECT_EQ(Printable("\xC2\x9B"), "\xEF\xBF\xBD");      // the one-byte form of ESC [
}

TEST_F(TerminalTest, CutsAtColumns) {
  EXPECT_EQ(CutToWidth("abcdef", 6), "abcdef");
  EXPECT_EQ(CutToWidth("abcdef", 4), "abc\xE2\x80\xA6");
  EXPECT_EQ(CutToWidth("\xE6\xBC\xA2\xE6\xBC\xA2", 3), "\xE6\xBC\xA2\xE2\x80\xA6");
  EXPECT_EQ(CutToWidth("ab", 0), "");
}

}  // namespace
}  // namespace setpoint::tools
