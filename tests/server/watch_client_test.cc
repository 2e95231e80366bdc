// The client of the stream, against a server that comes and goes.
#include "tools/setpoint/watch_client.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "absl/synchronization/mutex.h"
#include "storage/base/concat.h"
#include "tests/server/server_under_test.h"

namespace setpoint::test {
namespace {

using storage::Concat;
using tools::WatchRequest;

// What the client has handed over so far. Any thread.
class Lines {
 public:
  void Add(std::string_view line) {
    absl::MutexLock lock(&mutex_);
    lines_.emplace_back(line);
  }

  // Waits until there are so many; fewer only where the time is up.
  std::vector<std::string> Await(size_t count) {
    const auto enough = [this, count] {
      mutex_.AssertReaderHeld();
      return lines_.size() >= count;
    };
    absl::MutexLock lock(&mutex_);
    mutex_.AwaitWithTimeout(absl::Condition(&enough), absl::Seconds(60));
    return lines_;
  }

 private:
  absl::Mutex mutex_;
  std::vector<std::string> lines_ ABSL_GUARDED_BY(mutex_);
};

WatchRequest RequestTo(uint16_t port, const std::string& from) {
  WatchRequest request;
  request.server = {"127.0.0.1", std::to_string(port)};
  request.from = from;
  return request;
}

TEST(WatchClientTest, IsOneStreamWhateverHappensToTheServer) {
  ServerUnderTest server;
  server.Push("a.yaml", "v: 1");
  server.Start();
  Lines lines;
  absl::Status ended;
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(120);
  std::thread client([&, request = RequestTo(server.port(), "start")] {
    ended = tools::WatchServer(
        request,
        [&lines](std::string_view line, std::string_view type) {
          if (type == "bookmark") return true;
          lines.Add(line);
          return line.find("\"revision\":5,") == std::string_view::npos;
        },
        [deadline] { return std::chrono::steady_clock::now() > deadline; });
  });
  EXPECT_EQ(lines.Await(2).size(), 2U);
  server.options().listen = Concat("127.0.0.1:", server.port());
  server.Stop();
  server.Push("a.yaml", "v: 2");
  server.Start();
  EXPECT_EQ(lines.Await(3).size(), 3U);
  server.Stop();
  server.Start();
  server.Push("a.yaml", "v: 3");
  EXPECT_EQ(lines.Await(4).size(), 4U);
  server.Push("a.yaml", "v: 4");
  client.join();
  EXPECT_TRUE(ended.ok()) << ended;
  const std::vector<std::string> all = lines.Await(5);
  ASSERT_EQ(all.size(), 5U);
  for (size_t i = 0; i < all.size(); ++i) EXPECT_EQ(Member(all[i], "revision"), std::to_string(i + 1));
}

TEST(WatchClientTest, SaysWhyItIsRefused) {
  ServerUnderTest server;
  server.Push("a.yaml", "v: 1");
  server.Start();
  const auto take = [](std::string_view, std::string_view) { return true; };
  const auto never = [] { return false; };
  const absl::Status gone = tools::WatchServer(RequestTo(server.port(), "r99"), take, never);
  EXPECT_EQ(gone.code(), absl::StatusCode::kNotFound);
  EXPECT_NE(gone.ToString().find("r99"), std::string::npos) << gone;
  EXPECT_EQ(tools::WatchServer(RequestTo(server.port(), "r1.x~"), take, never).code(),
            absl::StatusCode::kInvalidArgument);
  const uint16_t port = server.port();
  server.Stop();
  EXPECT_EQ(tools::WatchServer(RequestTo(port, ""), take, never).code(), absl::StatusCode::kUnavailable);
}

TEST(WatchClientTest, ReadsServerUrls) {
  const auto address = tools::ParseServerUrl("http://127.0.0.1:7117/");
  ASSERT_TRUE(address.ok());
  EXPECT_EQ(address->host, "127.0.0.1");
  EXPECT_EQ(address->port, "7117");
  EXPECT_EQ(tools::ParseServerUrl("http://[::1]:80")->host, "::1");
  EXPECT_EQ(tools::ParseServerUrl("http://host")->port, "80");
  for (const char* url : {"", "127.0.0.1:7117", "https://host:1", "http://", "http://:80", "http://host:1/v1"}) {
    EXPECT_FALSE(tools::ParseServerUrl(url).ok()) << url;
  }
}

}  // namespace
}  // namespace setpoint::test
