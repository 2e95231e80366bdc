// A server that is stopped while it answers: what is at hand is finished or cut within the grace, watchers are told to
// resume, nobody new is let in.
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <thread>

#include "storage/base/concat.h"
#include "tests/server/server_under_test.h"

namespace setpoint::test {
namespace {

using storage::Concat;

constexpr char kLargeList[] = "/v1/repositories/repo/resources?content=true&limit=10000&at=r2";
// More than the kernel holds for a connection.
constexpr int kFiles = 40;
constexpr size_t kFileBytes = size_t{1} << 19;

class ShutdownTest : public testing::Test {
 protected:
  void SetUp() override {
    HistoryCommit commit;
    for (int i = 0; i < kFiles; ++i) {
      commit.files.emplace(Concat("f", i, ".yaml"), HistoryFile(Concat("v: ", std::string(kFileBytes, 'x'), "\n")));
    }
    server_.history().SetRef("refs/heads/main", server_.history().Commit(commit));
  }

  // Asks for more than its socket takes, and reads the header only.
  std::unique_ptr<HttpClient> AskForMuch() {
    auto client = std::make_unique<HttpClient>(server_.port(), HttpClient::ReceiveBuffer::kSmall);
    EXPECT_EQ(client->OpenStream(kLargeList).status, 200);
    return client;
  }

  // Asks it to stop, and waits until that has reached the door.
  void StopAtTheDoor() {
    server_.RequestStop();
    while (HttpClient::IsListening(server_.port())) std::this_thread::yield();
  }

  ServerUnderTest server_;
};

TEST_F(ShutdownTest, AnAnswerAtHandIsFinished) {
  server_.options().connections.shutdown_grace = std::chrono::minutes(10);
  server_.Start();
  const auto client = AskForMuch();
  HttpClient idle(server_.port());
  HttpClient watcher(server_.port());
  watcher.OpenStream("/v1/watch");
  StopAtTheDoor();
  EXPECT_TRUE(idle.IsClosed());
  const std::string last = NextEvent(watcher);
  EXPECT_EQ(Member(last, "type"), "closed");
  EXPECT_EQ(Member(last, "final"), "false") << "to be resumed";
  EXPECT_EQ(watcher.NextLine(), std::nullopt);
  const auto answer = client->NextLine();
  ASSERT_TRUE(answer.has_value());
  EXPECT_GT(answer->size(), kFiles * kFileBytes);
  EXPECT_TRUE(answer->ends_with("]}")) << answer->substr(answer->size() - 100);
  EXPECT_EQ(client->NextLine(), std::nullopt);
  EXPECT_TRUE(client->IsClosed());
  server_.Stop();
}

TEST_F(ShutdownTest, WhoDoesNotTakeItsAnswerIsCutAfterTheGrace) {
  server_.options().connections.shutdown_grace = std::chrono::milliseconds(20);
  server_.Start();
  const auto client = AskForMuch();
  server_.Stop();
  EXPECT_EQ(client->NextLine(), std::nullopt) << "an end that looks like none";
}

TEST_F(ShutdownTest, WhoWaitsForACommitIsAnsweredAtOnce) {
  server_.options().connections.shutdown_grace = std::chrono::minutes(10);
  server_.Start();
  HttpClient client(server_.port());
  client.Send(Concat("GET /v1/repositories/repo/resources?at=", std::string(40, '1'),
                     "&wait=30 HTTP/1.1\r\nHost: localhost\r\n\r\n"));
  // The one behind it in the same packet is not begun any more.
  client.Send("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
  HttpGet(server_.port(), "/v1/status");
  StopAtTheDoor();
  const HttpAnswer answer = client.Read();
  EXPECT_EQ(answer.status, 404);
  EXPECT_EQ(answer.headers.at("connection"), "close");
  server_.Stop();
}

}  // namespace
}  // namespace setpoint::test
