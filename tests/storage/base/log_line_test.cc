#include "storage/base/log_line.h"

#include <gtest/gtest.h>

#include <vector>

namespace setpoint::storage {
namespace {

std::string Line(LogFormat format, std::string_view message, const std::vector<LogField>& fields) {
  LogRecord record;
  record.microseconds = 1'795'919'066'000'007;
  record.level = "info";
  record.room = "server/http";
  record.message = message;
  record.fields = fields;
  return LogLine(format, record);
}

TEST(LogLine, IsTextWithItsFields) {
  EXPECT_EQ(Line(LogFormat::kText, "answered",
                 {{"route", std::string_view("/v1/x/{}")},
                  {"said", std::string_view("a \"b\" \\ c")},
                  {"empty", std::string_view()},
                  {"status", uint64_t{200}},
                  {"below", int64_t{-3}},
                  {"seconds", 0.25}}),
            R"(2026-11-29T02:24:26.000007Z info server/http: answered route=/v1/x/{} said="a \"b\" \\ c" empty="" )"
            R"(status=200 below=-3 seconds=0.250000)");
}

TEST(LogLine, IsOneJsonObjectWithItsFields) {
  EXPECT_EQ(Line(LogFormat::kJson, "answered \"so\"", {{"said", std::string_view("ä\\")}, {"status", uint64_t{200}}}),
            R"({"time":"2026-11-29T02:24:26.000007Z","level":"info","room":"server/http","message":"answered \"so\"",)"
            R"("said":"ä\\","status":200})");
}

// Whoever sends these wants lines of his own in the log, or to write on the operator's terminal.
TEST(LogLine, NobodyWritesLinesByWhatHeSends) {
  const std::vector<std::string_view> attacks = {
      "a\nfake error line",
      "a\r\nfake",
      "\x1b[2J\x1b]0;title\x07",
      std::string_view("nul\0byte", 8),
      "\x7f",
      "c1 \xc2\x85 next line",
      "\xe2\x80\xa8 line separator \xe2\x80\xa9",
      "\xff\xfe broken",
      "cut \xe2\x82",
      "overlong \xc0\x8a \xe0\x80\x8a",
      "surrogate \xed\xa0\x80",
  };
  for (const std::string_view attack : attacks) {
    for (const LogFormat format : {LogFormat::kText, LogFormat::kJson}) {
      const std::string line = Line(format, attack, {{"field", attack}});
      for (const char c : line) EXPECT_TRUE(static_cast<unsigned char>(c) >= 0x20 && c != 0x7f) << line;
      EXPECT_EQ(line.find("\xc2\x85"), std::string::npos) << line;
      EXPECT_EQ(line.find("\xe2\x80\xa8"), std::string::npos) << line;
      EXPECT_EQ(line.find('\xff'), std::string::npos) << line;
      EXPECT_EQ(line.find('\xed'), std::string::npos) << line;
    }
  }
  EXPECT_EQ(Line(LogFormat::kText, "a\nb\x1b", {}), R"(2026-11-29T02:24:26.000007Z info server/http: a\nb\x1b)");
  EXPECT_NE(Line(LogFormat::kJson, "a\nb\x1b", {}).find(R"("a\nb\u001b")"), std::string::npos);
  EXPECT_NE(Line(LogFormat::kText, "x", {{"f", std::string_view("1\" status=\"500")}}).find(R"(f="1\" status=\"500")"),
            std::string::npos);
}

TEST(LogLine, LettersOfAllScriptsStay) {
  const std::string_view text = "\xc3\xa4 \xe2\x82\xac \xf0\x9f\x90\x98 \xc2\xa0";
  EXPECT_NE(Line(LogFormat::kText, text, {}).find(text), std::string::npos);
  EXPECT_NE(Line(LogFormat::kJson, text, {}).find(text), std::string::npos);
}

}  // namespace
}  // namespace setpoint::storage
