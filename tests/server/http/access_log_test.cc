#include "server/http/access_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/http/request_id.h"

namespace setpoint::server {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(LoggedTarget, ShowsWhereWasLookedAndNotForWhat) {
  EXPECT_EQ(LoggedTarget("/v1/repositories/r/resources"), "/v1/repositories/r/resources");
  EXPECT_EQ(LoggedTarget("/v1/watch?from=r7&ref=main"), "/v1/watch?from=r7&ref=main");
  EXPECT_EQ(LoggedTarget("/v1/search?value=hunter2&repo=r&field=/x=hunter2"), "/v1/search?value=…&repo=r&field=…");
  EXPECT_EQ(LoggedTarget("/v1/x?access_token=abc&hunter2"), "/v1/x?access_token=…&hunter2=…");
}

TEST(LoggedTarget, IsCut) {
  EXPECT_LT(LoggedTarget("/" + std::string(10'000, 'a')).size(), 300U);
  std::string many = "/?a=1";
  for (int i = 0; i < 1'000; ++i) many += "&at=" + std::string(100, 'b');
  EXPECT_LT(LoggedTarget(many).size(), 1'500U);
}

TEST(AccessLog, WritesOneLineAtItsLevel) {
  AccessLog log(storage::LogLevel::kInfo);
  storage::SetLogLevel(storage::LogLevel::kInfo);
  testing::internal::CaptureStderr();
  log.Write({.request_id = "id-1",
             .method = "GET",
             .target = "/v1/search?value=hunter2",
             .route = "/v1/search",
             .repository = "repo\nfake=1",
             .caller = "ci",
             .status = 200,
             .duration = std::chrono::microseconds(1'500),
             .sent_bytes = 17});
  const std::string line = testing::internal::GetCapturedStderr();
  EXPECT_THAT(line, HasSubstr("info server/http: answered request=id-1 method=GET target=\"/v1/search?value=…\" "
                              "route=/v1/search repository=\"repo\\nfake=1\" caller=ci status=200 seconds=0.001500 "
                              "bytes=17\n"));
  EXPECT_THAT(line, Not(HasSubstr("hunter2")));
  log.SetLevel(storage::LogLevel::kDebug);
  testing::internal::CaptureStderr();
  log.Write({});
  EXPECT_FALSE(log.IsOn());
  log.SetLevel(storage::LogLevel::kOff);
  storage::SetLogLevel(storage::LogLevel::kDebug);
  log.Write({});
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
  storage::SetLogLevel(storage::LogLevel::kWarning);
}

TEST(RequestIds, TakesWhatIsSaneAndMakesItsOwnElse) {
  RequestIds ids(0xabc);
  EXPECT_EQ(ids.Of("trace-1.2_3:4"), "trace-1.2_3:4");
  EXPECT_EQ(ids.Of(std::string(128, 'x')), std::string(128, 'x'));
  EXPECT_EQ(ids.Of(std::nullopt), "0000000000000abc-0");
  EXPECT_EQ(ids.Of(""), "0000000000000abc-1");
  EXPECT_EQ(ids.Of("a b"), "0000000000000abc-2");
  EXPECT_EQ(ids.Of("a\"b"), "0000000000000abc-3");
  EXPECT_EQ(ids.Of(std::string(129, 'x')), "0000000000000abc-4");
}

}  // namespace
}  // namespace setpoint::server
