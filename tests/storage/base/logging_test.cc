#include "storage/base/logging.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace setpoint::storage {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

// What `speak` has a logger write to standard error.
template <typename Speak>
std::string Written(const Speak& speak) {
  testing::internal::CaptureStderr();
  speak(Logger("storage/base"));
  return testing::internal::GetCapturedStderr();
}

TEST(Logging, ALineNamesLevelAndFolder) {
  const std::string text = Written([](const Logger& log) { log.Warning("the {disk} is 90% full"); });
  EXPECT_THAT(text, AllOf(HasSubstr("warning storage/base: the {disk} is 90% full\n")));
}

TEST(Logging, IsQuietBelowTheLevel) {
  const auto speak = [](const Logger& log) {
    log.Debug("debug line");
    log.Info("info line");
    log.Error("error line");
  };
  EXPECT_THAT(Written(speak), AllOf(Not(HasSubstr("info line")), HasSubstr("error line")));
  SetLogLevel(LogLevel::kDebug);
  EXPECT_THAT(Written(speak), AllOf(HasSubstr("debug line"), HasSubstr("info line"), HasSubstr("error line")));
  SetLogLevel(LogLevel::kOff);
  EXPECT_EQ(Written(speak), "");
  SetLogLevel(LogLevel::kWarning);
}

}  // namespace
}  // namespace setpoint::storage
