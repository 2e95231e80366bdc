// More connections than the server takes, from clients that want nothing of it but its room.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "server/metrics/process_figures.h"
#include "storage/base/concat.h"
#include "tests/server/hostile/raw_client.h"
#include "tests/server/http_client.h"
#include "tests/server/server_under_test.h"
#include "tests/support/test_seed.h"

namespace setpoint::test {
namespace {

using storage::Concat;
using testing::HasSubstr;

// The value of a counter without labels.
uint64_t MetricOf(const std::string& metrics, const std::string& name) {
  const size_t at = metrics.find(Concat("\n", name, " "));
  EXPECT_NE(at, std::string::npos) << name;
  return at == std::string::npos ? 0 : static_cast<uint64_t>(std::stod(metrics.substr(at + name.size() + 2)));
}

class HostileConnectionsTest : public testing::Test {
 protected:
  void Start() {
    server_.Push("a.yaml", "v: 1");
    server_.Start();
  }

  void ExpectOthersAreServed() { EXPECT_EQ(HttpGet(server_.port(), "/v1/status").status, 200); }

  ServerUnderTest server_;
};

#ifdef __SANITIZE_ADDRESS__
constexpr uint64_t kMemoryMax = uint64_t{768} << 20;  // With what the sanitizer keeps of what was freed.
#else
constexpr uint64_t kMemoryMax = uint64_t{64} << 20;
#endif

// A hundred thousand connections, all idle, beside clients that want something. As many are held open at a time as the
// process has descriptors for; the oldest of them makes way for the next one.
TEST_F(HostileConnectionsTest, AFloodOfIdleConnectionsLocksNobodyOut) {
  constexpr size_t kRoom = 500;
  constexpr size_t kFlood = 100'000;
  server_.options().connections.connections_max = kRoom;
  Start();
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  // The clients' ends count against this process too, and so do those of the server and of the store.
  const size_t descriptors = limit.rlim_max > 3'000 ? limit.rlim_max - 2'000 : 1'000;
  const size_t open_max = std::min<size_t>(IsLongRun() ? 16'000 : 8'000, descriptors);
  const uint64_t memory_before = server::ReadProcessFigures().resident_bytes;
  std::vector<RawClient> idle;
  for (size_t i = 0; i < kFlood; ++i) {
    // An address has ports for some 28,000, and one that the server closed rests for a minute.
    RawClient client(server_.port(), static_cast<uint8_t>(2 + i / 20'000));
    ASSERT_TRUE(client.connected()) << i;
    if (i < open_max) {
      idle.push_back(std::move(client));
    } else {
      idle[i % open_max] = std::move(client);
    }
    if (i % 1'000 == 0) ExpectOthersAreServed();
  }
  ExpectOthersAreServed();
  const uint64_t memory = server::ReadProcessFigures().resident_bytes - memory_before;
  EXPECT_LT(memory, kMemoryMax) << "for " << kFlood << " connections";
  // Those that had to go were told by a close or an answer; what is left is at most what there is room for.
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  size_t open = 0;
  do {
    open = static_cast<size_t>(
        std::count_if(idle.begin(), idle.end(), [](RawClient& each) { return each.ReadAvailable() == ""; }));
  } while (open > kRoom && std::chrono::steady_clock::now() < deadline);
  EXPECT_LE(open, kRoom);
  // Each of them was let in for a while, made room, or was turned away: none waits at the door.
  const std::string metrics = HttpGet(server_.port(), "/metrics").body;
  EXPECT_GE(MetricOf(metrics, "setpoint_http_connections_accepted_total"), kFlood);
  EXPECT_GT(MetricOf(metrics, "setpoint_http_connections_evicted_total"), 0U);
}

// Watchers have what they came for: they stay, and who comes later is told so.
TEST_F(HostileConnectionsTest, WhereNobodyWaitsANewOneIsToldThatThereIsNoRoom) {
  server_.options().connections.connections_max = 3;
  Start();
  std::vector<RawClient> watchers;
  for (size_t i = 0; i < 3; ++i) {
    watchers.emplace_back(server_.port());
    watchers.back().Send("GET /v1/watch HTTP/1.1\r\nHost: localhost\r\n\r\n");
    while (watchers.back().ReadAvailable() == "") std::this_thread::yield();
  }
  for (int i = 0; i < 5; ++i) {
    RawClient late(server_.port());
    late.Send("GET /v1/status HTTP/1.1\r\nHost: localhost\r\n\r\n");
    const std::string answer = late.ReadToEnd();
    EXPECT_EQ(Statuses(answer), "503");
    EXPECT_THAT(answer, HasSubstr("Retry-After: "));
    EXPECT_THAT(answer, HasSubstr("urn:setpoint:problem:overloaded"));
    EXPECT_THAT(answer, HasSubstr("X-Request-Id: "));
  }
  for (RawClient& watcher : watchers) EXPECT_NE(watcher.ReadAvailable(), std::nullopt);
  watchers.erase(watchers.begin());
  // The server may see that a moment later: each try is a connection of its own.
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  int status = 0;
  while ((status = HttpGet(server_.port(), "/v1/status").status) == 503 &&
         std::chrono::steady_clock::now() < deadline) {
    std::this_thread::yield();
  }
  EXPECT_EQ(status, 200);
}

TEST_F(HostileConnectionsTest, OneAddressDoesNotTakeTheRoomOfOthers) {
  server_.options().connections.connections_max = 100;
  server_.options().connections.connections_per_address_max = 10;
  Start();
  std::vector<RawClient> others;
  for (size_t i = 0; i < 5; ++i) others.emplace_back(server_.port(), 2);
  std::vector<RawClient> greedy;
  for (size_t i = 0; i < 200; ++i) greedy.emplace_back(server_.port(), 3);
  // Only its own older ones made room.
  size_t open = greedy.size();
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (open > 10 && std::chrono::steady_clock::now() < deadline) {
    open = static_cast<size_t>(
        std::count_if(greedy.begin(), greedy.end(), [](RawClient& each) { return each.ReadAvailable() == ""; }));
  }
  EXPECT_LE(open, 10U);
  for (RawClient& other : others) {
    EXPECT_TRUE(other.Send("GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"));
    EXPECT_EQ(Statuses(other.ReadToEnd()), "200");
  }
}

// Half of a request keeps no place either: who drips is the first to go.
TEST_F(HostileConnectionsTest, HalfRequestsMakeRoomToo) {
  server_.options().connections.connections_max = 20;
  Start();
  std::vector<RawClient> drips;
  for (size_t i = 0; i < 100; ++i) {
    drips.emplace_back(server_.port());
    drips.back().Send("GET /v1/status HT");
    if (i % 10 == 0) ExpectOthersAreServed();
  }
  ExpectOthersAreServed();
}

// The process has not one descriptor left for a while: connections wait, those that want nothing are closed, and
// afterwards all is well.
TEST_F(HostileConnectionsTest, RunningOutOfDescriptorsIsSurvived) {
  Start();
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  const rlim_t usual = limit.rlim_cur;
  // Sockets of the clients are made before: they are of this process too.
  std::vector<RawClient> clients(100);
  // These wait: they are what makes room.
  std::vector<RawClient> idle;
  for (int i = 0; i < 10; ++i) idle.emplace_back(server_.port());
  ExpectOthersAreServed();
  // No number beyond those in use is given out from here on.
  limit.rlim_cur = server::ReadProcessFigures().open_descriptors;
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &limit), 0);
  for (RawClient& client : clients) client.Connect(server_.port());
  clients.back().Send("GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(Statuses(clients.back().ReadToEnd()), "200") << "those before it made room";
  limit.rlim_cur = usual;
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &limit), 0);
  ExpectOthersAreServed();
  EXPECT_THAT(HttpGet(server_.port(), "/metrics").body,
              testing::ContainsRegex("\nsetpoint_http_accept_errors_total [1-9]"));
}

}  // namespace
}  // namespace setpoint::test
