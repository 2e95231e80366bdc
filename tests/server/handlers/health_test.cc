// What an operator and his tools are told: /healthz, /readyz, the names of requests, the lines of the log.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "server/handlers/disk_space.h"
#include "storage/base/concat.h"
#include "storage/base/logging.h"
#include "tests/server/http_client.h"
#include "tests/server/server_under_test.h"

namespace setpoint::test {
namespace {

using storage::Concat;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class OperationTest : public testing::Test {
 protected:
  void SetUp() override { server_.Push("a.yaml", "v: 1"); }

  HttpAnswer Ask(std::string_view target, std::string_view header_lines) {
    HttpClient client(server_.port());
    client.Send(Concat("GET ", target, " HTTP/1.1\r\nHost: t\r\n", header_lines, "\r\n"));
    return client.Read();
  }

  ServerUnderTest server_;
};

TEST_F(OperationTest, IsHealthyAndReadyWhenAllIsWell) {
  server_.Start();
  const HttpAnswer health = HttpGet(server_.port(), "/healthz");
  EXPECT_EQ(health.status, 200);
  EXPECT_EQ(health.body, "{\"healthy\":true}\n");
  EXPECT_EQ(health.headers.at("cache-control"), "no-store");
  const HttpAnswer ready = HttpGet(server_.port(), "/readyz");
  EXPECT_EQ(ready.status, 200);
  EXPECT_THAT(ready.body, HasSubstr(R"({"ready":true,"reasons":[],)"));
  EXPECT_EQ(HttpGet(server_.port(), "/healthz?x=1").status, 400);
}

TEST_F(OperationTest, ATornStoreIsNeitherAndSaysWhy) {
  server_.Start();
  server_.database().catalog.MarkTorn();
  const HttpAnswer health = HttpGet(server_.port(), "/healthz");
  EXPECT_EQ(health.status, 503);
  EXPECT_THAT(health.body, AllOf(HasSubstr("\"healthy\":false"), HasSubstr("a write failed half-way")));
  const HttpAnswer ready = HttpGet(server_.port(), "/readyz");
  EXPECT_EQ(ready.status, 503);
  EXPECT_THAT(ready.body, HasSubstr(R"("ready":false,"reasons":["a write failed half-way)"));
  EXPECT_THAT(HttpGet(server_.port(), "/metrics").body, HasSubstr("\nsetpoint_store_torn 1\n"));
  EXPECT_EQ(HttpGet(server_.port(), "/v1/status").status, 200) << "reading goes on";
}

TEST_F(OperationTest, ARepositoryThatFailsIsAWarning) {
  storage::RepositorySettings broken;
  broken.name = "broken";
  broken.source = server_.history().directory() + "/no-such-place";
  server_.options().sources.emplace_back(broken);
  server_.Start();
  EXPECT_THAT(HttpGet(server_.port(), "/readyz").body,
              HasSubstr(R"("warnings":["repository broken cannot be read just now"])"));
}

TEST(DiskSpaceTest, IsLowAtATwentiethAndFullWhereWritesFailSoon) {
  using server::DiskState;
  using server::StateOf;
  constexpr uint64_t kGibibyte = uint64_t{1} << 30;
  EXPECT_EQ(StateOf({.free_bytes = 50 * kGibibyte, .bytes = 100 * kGibibyte}), DiskState::kRoomy);
  EXPECT_EQ(StateOf({.free_bytes = 5 * kGibibyte, .bytes = 1'000 * kGibibyte}), DiskState::kRoomy);
  EXPECT_EQ(StateOf({.free_bytes = 3 * kGibibyte, .bytes = 1'000 * kGibibyte}), DiskState::kLow);
  EXPECT_EQ(StateOf({.free_bytes = kGibibyte, .bytes = 30 * kGibibyte}), DiskState::kLow);
  EXPECT_EQ(StateOf({.free_bytes = kGibibyte / 16, .bytes = kGibibyte}), DiskState::kFull);
  ASSERT_TRUE(server::ReadDiskSpace("/").has_value());
  EXPECT_GT(server::ReadDiskSpace("/")->bytes, 0U);
  EXPECT_EQ(server::ReadDiskSpace("/no/such/place"), std::nullopt);
}

TEST_F(OperationTest, RequestsHaveNames) {
  server_.Start();
  EXPECT_EQ(Ask("/v1/status", "X-Request-Id: trace-7\r\n").headers.at("x-request-id"), "trace-7");
  const HttpAnswer made = Ask("/v1/status", "");
  EXPECT_NE(made.headers.at("x-request-id"), "");
  EXPECT_NE(made.headers.at("x-request-id"), Ask("/v1/status", "").headers.at("x-request-id"));
  EXPECT_NE(Ask("/v1/status", "X-Request-Id: a\"b<script>\r\n").headers.at("x-request-id").substr(0, 3), "a\"b");
  EXPECT_THAT(Ask("/nowhere", "X-Request-Id: trace-8\r\n").body,
              HasSubstr(R"(,"instance":"urn:setpoint:request:trace-8"})"));
  EXPECT_THAT(Ask("/v1/repositories/other/refs", "X-Request-Id: trace-9\r\n").body,
              HasSubstr(R"(,"instance":"urn:setpoint:request:trace-9"})"));
  HttpClient stream(server_.port());
  stream.Send("GET /v1/watch HTTP/1.1\r\nHost: t\r\nX-Request-Id: trace-10\r\n\r\n");
  EXPECT_EQ(stream.Read(/*has_body=*/false).headers.at("x-request-id"), "trace-10");
}

// Whatever a client sends, its requests are one line each, and what is not for others is in none.
TEST_F(OperationTest, EachRequestIsOneLineWithoutSecrets) {
  server_.options().log.requests = "info";
  testing::internal::CaptureStderr();
  server_.Start();
  Ask("/v1/repositories/repo/resources?field=/data/password=hunter2&at=r1",
      "Authorization: Bearer hunter3\r\nX-Request-Id: first\r\nCookie: hunter4\r\n");
  Ask("/v1/repositories/a%0Afake%1b%5B2J/refs", "X-Request-Id: second\r\n");
  HttpClient post(server_.port());
  post.Post("/v1/status", "hunter5");
  server_.Stop();
  storage::SetLogLevel(storage::LogLevel::kWarning);
  const std::string log = testing::internal::GetCapturedStderr();
  EXPECT_THAT(log, AllOf(HasSubstr("request=first method=GET"), HasSubstr("route=/v1/repositories/{}/resources"),
                         HasSubstr("repository=repo"), HasSubstr("&at=r1"), HasSubstr("status=200")));
  EXPECT_THAT(log, AllOf(HasSubstr("request=second"), HasSubstr(R"(repository="a\nfake\x1b[2J")")));
  EXPECT_THAT(log, AllOf(HasSubstr("method=POST"), HasSubstr("status=405")));
  EXPECT_THAT(log, AllOf(Not(HasSubstr("hunter")), Not(HasSubstr("\nfake")), Not(HasSubstr("\x1b"))));
}

}  // namespace
}  // namespace setpoint::test
