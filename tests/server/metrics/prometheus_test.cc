// The page as Prometheus' own tools see it: its linter, and a real server that scrapes it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <sstream>
#include <string>
#include <thread>

#include "storage/base/concat.h"
#include "tests/server/http_client.h"
#include "tests/server/server_under_test.h"
#include "tests/support/child_process.h"
#include "tests/support/temporary_directory.h"

namespace setpoint::test {
namespace {

using storage::Concat;
using testing::HasSubstr;

void WriteFile(const std::string& path, std::string_view text) { std::ofstream(path, std::ios::binary) << text; }

std::string ReadFile(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return std::move(text).str();
}

TEST(PrometheusTest, ItsLinterFindsNothing) {
  const auto promtool = FindProgram("promtool");
  if (!promtool) GTEST_SKIP() << "no promtool here: Debian's package prometheus brings it";
  ServerUnderTest server;
  server.Push("a.yaml", "v: 1");
  server.Start();
  HttpClient client(server.port());
  EXPECT_EQ(client.Get("/v1/status").status, 200);
  EXPECT_EQ(client.Get("/nowhere").status, 404);
  const HttpAnswer page = client.Get("/metrics");
  ASSERT_EQ(page.status, 200);
  const TemporaryDirectory directory;
  WriteFile(directory.path() + "/page", page.body);
  // It reads the page from its standard input only.
  ChildProcess lint({"/bin/sh", "-c", "exec \"$0\" check metrics <\"$1\"", *promtool, directory.path() + "/page"},
                    directory.path() + "/output");
  EXPECT_EQ(lint.Wait(), 0);
  EXPECT_EQ(ReadFile(directory.path() + "/output"), "");
}

class Prometheus {
 public:
  Prometheus(const std::string& program, uint16_t target)
      : port_(FreePort()), process_(Words(program, target), directory_.path() + "/output") {}

  // The answer to a query, as soon as it has a sample like that; else the last answer, when the time is up.
  std::string Await(const std::string& query, const testing::Matcher<std::string>& matcher) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    std::string answer;
    while (!matcher.Matches(answer = Ask(query)) && std::chrono::steady_clock::now() < deadline) {
      if (!process_.IsRunning()) return Concat("prometheus has ended: ", ReadFile(directory_.path() + "/output"));
      std::this_thread::yield();
    }
    return answer;
  }

 private:
  std::vector<std::string> Words(const std::string& program, uint16_t target) {
    const std::string config = directory_.path() + "/prometheus.yml";
    WriteFile(config, Concat("global: {scrape_interval: 200ms, scrape_timeout: 200ms}\nscrape_configs:\n",
                             "  - {job_name: setpoint, static_configs: [{targets: ['127.0.0.1:", target, "']}]}\n"));
    return {program, "--config.file=" + config, "--storage.tsdb.path=" + directory_.path() + "/data",
            Concat("--web.listen-address=127.0.0.1:", port_)};
  }

  std::string Ask(const std::string& query) {
    if (!HttpClient::IsListening(port_)) return "nobody listens yet";
    return HttpGet(port_, "/api/v1/query?query=" + query).body;
  }

  const TemporaryDirectory directory_;
  const uint16_t port_;
  ChildProcess process_;
};

TEST(PrometheusTest, ARealOneScrapesUs) {
  const auto program = FindProgram("prometheus");
  if (!program) GTEST_SKIP() << "no prometheus here: it is a Debian package";
  ServerUnderTest server;
  server.Push("a.yaml", "v: 1");
  server.Push("a.yaml", "v: 2");
  server.Start();
  Prometheus prometheus(*program, server.port());
  EXPECT_THAT(prometheus.Await("up", HasSubstr(",\"1\"]")), HasSubstr(",\"1\"]"));
  EXPECT_THAT(prometheus.Await("setpoint_applied_revision", HasSubstr(",\"3\"]")), HasSubstr(",\"3\"]"));
  server.Push("a.yaml", "v: 3");
  EXPECT_THAT(prometheus.Await("setpoint_applied_revision", HasSubstr(",\"4\"]")), HasSubstr(",\"4\"]"));
  const std::string scrapes = "setpoint_http_request_duration_seconds_count%7Broute%3D%22/metrics%22%7D%3E%3D2";
  EXPECT_THAT(prometheus.Await(scrapes, HasSubstr("\"status\":\"2xx\"")), HasSubstr("\"status\":\"2xx\""));
}

}  // namespace
}  // namespace setpoint::test
