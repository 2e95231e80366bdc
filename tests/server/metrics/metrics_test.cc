// GET /metrics: what it says of a server that was used in a known way.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <string>
#include <thread>

#include "storage/base/concat.h"
#include "tests/server/http_client.h"
#include "tests/server/server_under_test.h"

namespace setpoint::test {
namespace {

using storage::Concat;
using testing::HasSubstr;
using testing::Not;

class MetricsTest : public testing::Test {
 protected:
  std::string Page() {
    const HttpAnswer answer = HttpGet(server_.port(), "/metrics");
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.headers.at("content-type"), "text/plain; version=0.0.4; charset=utf-8");
    return answer.body;
  }

  // The value of one series, written as on the page.
  static std::optional<double> Value(const std::string& page, const std::string& series) {
    const size_t at = page.find(Concat("\n", series, " "));
    if (at == std::string::npos) return std::nullopt;
    return std::stod(page.substr(at + series.size() + 2));
  }

  // Waits until a series has a value; the value it has when the time is up.
  std::optional<double> Await(const std::string& series, double wanted) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    std::optional<double> value;
    while ((value = Value(Page(), series)) != wanted && std::chrono::steady_clock::now() < deadline) {
      std::this_thread::yield();
    }
    return value;
  }

  ServerUnderTest server_;
};

TEST_F(MetricsTest, RequestsAreCountedByRouteAndNeverByPath) {
  server_.Push("secret-name.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n");
  server_.Start();
  HttpClient client(server_.port());
  EXPECT_EQ(client.Get("/v1/repositories/repo/resources/secret-name.yaml").status, 404);
  EXPECT_EQ(client.Get("/v1/repositories/repo/resources/secret-name.yaml%23ConfigMap%2Fa").status, 200);
  EXPECT_EQ(client.Get("/v1/repositories/repo/resources/secret-name.yaml%23ConfigMap%2Fa").status, 200);
  EXPECT_EQ(client.Get("/attack/on/labels").status, 404);
  EXPECT_EQ(client.Post("/v1/status", "{}").status, 405);
  const std::string page = Page();
  const std::string count = "setpoint_http_request_duration_seconds_count";
  const std::string route = "{route=\"/v1/repositories/{}/resources/{}\",method=\"GET\",status=";
  EXPECT_EQ(Value(page, Concat(count, route, "\"2xx\"}")), 2);
  EXPECT_EQ(Value(page, Concat(count, route, "\"4xx\"}")), 1);
  EXPECT_EQ(Value(page, count + "{route=\"none\",method=\"GET\",status=\"4xx\"}"), 1);
  EXPECT_EQ(Value(page, count + "{route=\"/v1/status\",method=\"POST\",status=\"4xx\"}"), 1);
  EXPECT_GT(Value(page, Concat("setpoint_http_response_body_bytes_total", route, "\"2xx\"}")), 100);
  EXPECT_THAT(page, Not(HasSubstr("secret-name")));
  EXPECT_THAT(page, Not(HasSubstr("attack")));
}

TEST_F(MetricsTest, FollowingShowsHowFarItIs) {
  server_.Push("a.yaml", "v: 1");
  storage::RepositorySettings broken;
  broken.name = "broken";
  broken.source = server_.history().directory() + "/no-such-place";
  server_.options().sources.push_back(broken);
  server_.Start();
  server_.Push("a.yaml", "v: 2");
  EXPECT_EQ(Await("setpoint_repository_revision{repository=\"repo\"}", 3), 3);
  EXPECT_EQ(Await("setpoint_ingest_revisions_total{repository=\"repo\"}", 3), 3);
  const std::string page = Page();
  EXPECT_EQ(Value(page, "setpoint_ingest_commits_total{repository=\"repo\"}"), 2);
  EXPECT_EQ(Value(page, "setpoint_ingest_changes_total{repository=\"repo\"}"), 2);
  EXPECT_EQ(Value(page, "setpoint_ingest_behind_commits{repository=\"repo\"}"), 0);
  EXPECT_GE(Value(page, "setpoint_fetches_total{repository=\"repo\",outcome=\"success\"}"), 1);
  EXPECT_EQ(Value(page, "setpoint_fetches_total{repository=\"repo\",outcome=\"failure\"}"), 0);
  EXPECT_GE(Value(page, "setpoint_fetches_total{repository=\"broken\",outcome=\"failure\"}"), 1);
  EXPECT_GE(Value(page, "setpoint_repository_consecutive_failures{repository=\"broken\"}"), 1);
  EXPECT_GE(Value(page, "setpoint_fetch_duration_seconds_count{repository=\"repo\"}"), 1);
  EXPECT_GT(Value(page, "setpoint_fetch_duration_seconds_sum{repository=\"repo\"}"), 0);
  // The one that was never looked at with success falls behind further than the other.
  const auto lag = Value(page, "setpoint_ingest_lag_seconds{repository=\"repo\"}");
  EXPECT_GE(lag, 0);
  EXPECT_GT(Value(page, "setpoint_ingest_lag_seconds{repository=\"broken\"}"), *lag);
}

TEST_F(MetricsTest, WatchersAreCountedByState) {
  server_.Push("a.yaml", "v: 1");
  server_.Start();
  EXPECT_EQ(Value(Page(), "setpoint_watchers{state=\"live\"}"), 0);
  {
    HttpClient stream(server_.port());
    stream.OpenStream("/v1/watch?from=start");
    EXPECT_EQ(Await("setpoint_watchers{state=\"live\"}", 1), 1);
    EXPECT_GE(Value(Page(), "setpoint_watch_events_total"), 2);
  }
  EXPECT_EQ(Await("setpoint_watchers{state=\"live\"}", 0), 0);
  EXPECT_EQ(Value(Page(), "setpoint_watch_streams_total"), 1);
  EXPECT_EQ(Await("setpoint_watch_queued_bytes", 0), 0);
}

// More than the sockets hold, to a client that reads nothing.
TEST_F(MetricsTest, AWatcherThatReadsNothingIsStalledAndItsBytesAreSeen) {
  for (char letter = 'a'; letter < 'i'; ++letter) {
    server_.Push("a.yaml", Concat("v: ", std::string(1 << 20, letter), "\n"));
  }
  server_.Start();
  HttpClient stuck(server_.port(), HttpClient::ReceiveBuffer::kSmall);
  stuck.OpenStream("/v1/watch?from=start");
  // Between two of its chunks it is neither for a moment: both are looked for on one page.
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  const auto is_seen = [](const std::string& page) {
    return Value(page, "setpoint_watchers{state=\"stalled\"}") == 1 && Value(page, "setpoint_watch_queued_bytes") > 0;
  };
  std::string page;
  while (!is_seen(page = Page()) && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
  EXPECT_TRUE(is_seen(page)) << page;
}

TEST_F(MetricsTest, TheStoreTheProcessAndTheConnectionsShow) {
  server_.Push("a.yaml", "v: 1");
  server_.Start();
  HttpClient open(server_.port());
  const std::string page = Page();
  EXPECT_GE(Value(page, "setpoint_rocksdb_wal_syncs_total"), 1);
  EXPECT_GT(Value(page, "setpoint_rocksdb_memtables_bytes"), 0);
  EXPECT_GT(Value(page, "setpoint_rocksdb_block_cache_capacity_bytes"), 0);
  EXPECT_TRUE(Value(page, "setpoint_rocksdb_level_files{level=\"0\"}").has_value());
  EXPECT_TRUE(Value(page, "setpoint_store_family_bytes{family=\"log\"}").has_value());
  EXPECT_EQ(Value(page, "setpoint_store_torn"), 0);
  EXPECT_GT(Value(page, "process_resident_memory_bytes"), 1e6);
  EXPECT_GT(Value(page, "process_open_fds"), 3);
  EXPECT_GT(Value(page, "process_cpu_seconds_total"), 0);
  EXPECT_GT(Value(page, "process_start_time_seconds"), 1.6e9);
  EXPECT_THAT(page, HasSubstr("\nsetpoint_build_info{version=\""));
  EXPECT_GE(Await("setpoint_http_connections", 2), 2);
  EXPECT_GE(Value(page, "setpoint_http_connections_accepted_total"), 2);
}

}  // namespace
}  // namespace setpoint::test
