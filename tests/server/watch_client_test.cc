// The client of the stream, against a server that comes and goes.
#include "tools/setpoint/watch_client.h"

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "absl/synchronization/mutex.h"
#include "storage/base/concat.h"
#include "storage/base/random.h"
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
  return {.server = {.address = {.host = "127.0.0.1", .port = std::to_string(port)}}, .from = from};
}

// Hands each line to a function that says whether it is enough.
class FunctionSink final : public tools::WatchSink {
 public:
  explicit FunctionSink(std::function<Next(const tools::WatchLine&)> take) : take_(std::move(take)) {}
  absl::StatusOr<Next> Take(const tools::WatchLine& line) override { return take_(line); }

 private:
  std::function<Next(const tools::WatchLine&)> take_;
};

TEST(WatchClientTest, IsOneStreamWhateverHappensToTheServer) {
  ServerUnderTest server;
  server.Push("a.yaml", "v: 1");
  server.Start();
  Lines lines;
  absl::Status ended;
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(120);
  std::thread client([&, request = RequestTo(server.port(), "start")] {
    FunctionSink sink([&lines](const tools::WatchLine& line) {
      if (!line.IsEvent()) return tools::WatchSink::Next::kGoOn;
      lines.Add(line.text);
      return line.cursor.starts_with("r5") ? tools::WatchSink::Next::kEnough : tools::WatchSink::Next::kGoOn;
    });
    ended = tools::WatchServer(request, sink, storage::SystemRandom(),
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
  FunctionSink sink([](const tools::WatchLine&) { return tools::WatchSink::Next::kGoOn; });
  const auto watch = [&sink](uint16_t port, const std::string& from) {
    return tools::WatchServer(RequestTo(port, from), sink, storage::SystemRandom(), [] { return false; });
  };
  const absl::Status gone = watch(server.port(), "r99");
  EXPECT_EQ(gone.code(), absl::StatusCode::kOutOfRange);
  EXPECT_NE(gone.ToString().find("r99"), std::string::npos) << gone;
  EXPECT_EQ(watch(server.port(), "r1.x~").code(), absl::StatusCode::kInvalidArgument);
  const uint16_t port = server.port();
  server.Stop();
  EXPECT_EQ(watch(port, "").code(), absl::StatusCode::kUnavailable);
}

TEST(HttpClientTest, LargeAnswersComeInFewerBytesWhereThatIsAskedFor) {
  ServerUnderTest server;
  std::string text;
  for (int i = 0; i < 300; ++i) {
    text.append(Concat("---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: c", i, "}\ndata: {v: '1'}\n"));
  }
  server.Push("a.yaml", text);
  server.Start();
  const auto ask = [&server](bool encoded, const std::string& target) {
    auto client = tools::HttpClient::Create(
        {.address = {.host = "127.0.0.1", .port = std::to_string(server.port())}, .encoded = encoded},
        [] { return false; });
    EXPECT_TRUE(client.ok());
    auto answer = (*client)->Ask({.method = "GET", .target = target, .body = ""});
    EXPECT_TRUE(answer.ok()) << answer.status();
    return answer.ok() ? answer->body : std::string();
  };
  const auto sent = [&server] {
    const std::string metrics = HttpGet(server.port(), "/metrics").body;
    const size_t at = metrics.find(
        R"(setpoint_http_response_body_bytes_total{route="/v1/repositories/{}/resources",method="GET",status="2xx"} )");
    return at == std::string::npos ? 0 : std::stod(metrics.substr(metrics.find('}', metrics.find("status=", at)) + 2));
  };
  const std::string list = "/v1/repositories/repo/resources?content=true&limit=10000";
  const double begin = sent();
  const std::string plain = ask(false, list);
  const double middle = sent();
  EXPECT_EQ(ask(true, list), plain);
  const double end = sent();
  EXPECT_GT(plain.size(), size_t{50'000});
  EXPECT_LT(end - middle, middle - begin);
  EXPECT_EQ(ask(true, "/v1/repositories/repo/resources?kind=None"),
            ask(false, "/v1/repositories/repo/resources?kind=None"))
      << "what is short comes as it is";
}

}  // namespace
}  // namespace setpoint::test
