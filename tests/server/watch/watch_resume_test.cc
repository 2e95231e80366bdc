// Consumers that were away, and a server that was killed below them.
#include <gtest/gtest.h>

#include <signal.h>

#include <atomic>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "query/json_value.h"
#include "storage/base/concat.h"
#include "tests/server/http_client.h"
#include "tests/server/server_under_test.h"
#include "tests/support/git_history.h"
#include "tests/support/temporary_directory.h"
#include "tests/tools/running_program.h"

namespace setpoint::test {
namespace {

using storage::Concat;
using storage::ObjectId;

using State = std::map<std::string, std::string>;  // key → content hash.

std::string ConfigMap(const std::string& name, int value) {
  return Concat("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ", name, "}\ndata: {v: '", value, "'}\n");
}

// Applies one line; a filter's view as well.
void Fold(const std::string& line, State& state) {
  if (const std::string from = Member(line, "moved_from"); !from.empty()) state.erase(from);
  if (Member(line, "operation") == "deleted") {
    state.erase(Member(line, "key"));
  } else if (Member(line, "type") == "change") {
    state[Member(line, "key")] = Member(line, "content_hash");
  }
}

State ListOf(uint16_t port, const std::string& parameters) {
  const HttpAnswer list = HttpGet(port, Concat("/v1/repositories/repo/resources?limit=10000", parameters));
  EXPECT_EQ(list.status, 200) << list.body;
  const auto value = query::ParseJson(list.body);
  EXPECT_TRUE(value.ok());
  State state;
  for (const query::JsonValue& item : value->Find("resources")->items) {
    state[item.Find("key")->Scalar()] = item.Find("content_hash")->Scalar();
  }
  return state;
}

// Reads until the stream has told everything up to `revision`.
void FoldUpTo(HttpClient& stream, uint64_t revision, State& state) {
  while (true) {
    const auto line = stream.NextLine();
    ASSERT_TRUE(line.has_value());
    Fold(*line, state);
    if (Member(*line, "type") == "bookmark" && std::stoull(Member(*line, "revision")) >= revision) return;
  }
}

TEST(WatchResumeTest, AConsumerThatWasAwayForAThousandCommitsHasTheState) {
  ServerUnderTest server;
  server.options().watch.bookmark_interval = std::chrono::milliseconds(50);
  for (int i = 0; i < 20; ++i) server.Push(Concat("f", i, ".yaml"), ConfigMap(Concat("c", i), 0));
  server.Start();
  State all;
  State some;
  std::string all_cursor;
  std::string some_cursor;
  {
    HttpClient stream(server.port());
    stream.OpenStream("/v1/watch?from=start&consumer=all");
    FoldUpTo(stream, 21, all);
    HttpClient filtered(server.port());
    filtered.OpenStream("/v1/watch?from=start&consumer=some&path=f1");
    FoldUpTo(filtered, 21, some);
  }
  for (const char* name : {"all", "some"}) {
    EXPECT_EQ(HttpClient(server.port()).Post(Concat("/v1/consumers/", name), R"({"cursor":"r21"})").status, 200);
  }
  // While nobody watches: changes, additions, broken files and removals.
  server.Stop();
  for (int i = 0; i < 1'000; ++i) {
    const std::string path = Concat("f", i % 37, ".yaml");
    server.Push(path, i % 11 == 0 ? "v: [\n" : ConfigMap(Concat("c", i % 41), i));
  }
  server.Start();
  HttpClient stream(server.port());
  stream.OpenStream("/v1/watch?consumer=all");
  FoldUpTo(stream, 1'021, all);
  HttpClient filtered(server.port());
  filtered.OpenStream("/v1/watch?consumer=some&path=f1");
  FoldUpTo(filtered, 1'021, some);
  EXPECT_EQ(all, ListOf(server.port(), ""));
  EXPECT_EQ(some, ListOf(server.port(), "&path=f1"));
  EXPECT_GT(all.size(), some.size());
  EXPECT_GT(some.size(), 3U);
}

// A server process on a repository, to be killed.
class KilledServer {
 public:
  KilledServer() : history_(directory_.path() + "/source") {}

  GitHistory& history() { return history_; }
  uint16_t port() const { return port_; }

  void Push(int value) {
    HistoryCommit commit;
    if (!tip_.IsZero()) commit.parents = {tip_};
    commit.files = {{"a.yaml", HistoryFile(ConfigMap("a", value))}};
    tip_ = history_.Commit(commit);
    history_.SetRef("refs/heads/main", tip_);
  }

  void Start() {
    program_ = std::make_unique<RunningProgram>(
        std::vector<std::string>{"serve", "--data", directory_.path() + "/data", "--listen", "127.0.0.1:0", "--name",
                                 "repo", history_.directory()},
        Concat(directory_.path(), "/serve.", ++starts_, ".log"));
    const std::string url = program_->AwaitUrl();
    ASSERT_TRUE(url.starts_with("http://127.0.0.1:")) << url;
    port_ = static_cast<uint16_t>(std::stoi(url.substr(url.rfind(':') + 1)));
    // Before it has looked the first time there is no repository to watch.
    if (starts_ == 1) Await("the repository is known", [this] { return HttpGet(port_, "/readyz").status == 200; });
  }

  void Kill() {
    program_->Signal(SIGKILL);
    program_->Wait();
  }

 private:
  TemporaryDirectory directory_;
  GitHistory history_;
  ObjectId tip_;
  std::unique_ptr<RunningProgram> program_;
  uint16_t port_ = 0;
  int starts_ = 0;
};

// Each push races with a kill: some entries are written before it, some after the next start. The watcher resumes after
// the last line that it had, and gets each value once, in order.
TEST(WatchResumeTest, AKillDuringAPushLosesAndRepeatsNothing) {
  KilledServer server;
  server.Push(0);
  server.Start();
  std::string cursor = "start";
  int next = 0;
  for (int round = 1; round <= 8; ++round) {
    for (int i = 0; i < 5; ++i) server.Push(round * 5 + i - 4);
    HttpClient stream(server.port());
    if (stream.OpenStream(Concat("/v1/watch?from=", cursor)).status == 200) {
      // As much as there is by now; the connection ends with the process.
      std::thread killer([&server, round] {
        for (int spin = 0; spin < round * 40; ++spin) std::this_thread::yield();
        server.Kill();
      });
      while (const auto line = stream.NextLine()) {
        if (!Member(*line, "cursor").empty()) cursor = Member(*line, "cursor");
        if (Member(*line, "type") != "change") continue;
        EXPECT_NE(line->find(Concat(R"("data":{"v":")", next, "\"}")), std::string::npos) << *line;
        ++next;
      }
      killer.join();
    } else {
      server.Kill();
    }
    server.Start();
  }
  HttpClient stream(server.port());
  EXPECT_EQ(stream.OpenStream(Concat("/v1/watch?from=", cursor)).status, 200);
  for (; next <= 40; ++next) {
    const std::string line = NextEvent(stream);
    if (Member(line, "type") != "change") {
      --next;
      continue;
    }
    EXPECT_NE(line.find(Concat(R"("data":{"v":")", next, "\"}")), std::string::npos) << line;
  }
}

TEST(WatchResumeTest, AnAcknowledgedCursorSurvivesAKill) {
  KilledServer server;
  for (int i = 0; i < 30; ++i) server.Push(i);
  server.Start();
  for (int round = 0; round < 5; ++round) {
    HttpClient stream(server.port());
    EXPECT_EQ(stream.OpenStream("/v1/watch?from=start").status, 200);
    for (int i = 0; i < 31; ++i) NextEvent(stream);
    std::atomic<uint64_t> acknowledged{0};
    std::thread consumer([&server, &acknowledged, round] {
      HttpClient client(server.port());
      for (uint64_t revision = 1; revision <= 30; ++revision) {
        const HttpAnswer answer =
            client.Post(Concat("/v1/consumers/c", round), Concat(R"({"cursor":"r)", revision, "\"}"));
        if (answer.status != 200) return;
        acknowledged = revision;
      }
    });
    while (acknowledged.load() < static_cast<uint64_t>(3 + round * 4)) std::this_thread::yield();
    server.Kill();
    consumer.join();
    server.Start();
    const HttpAnswer kept = HttpGet(server.port(), Concat("/v1/consumers/c", round));
    ASSERT_EQ(kept.status, 200);
    EXPECT_GE(std::stoull(Member(kept.body, "revision")), acknowledged.load());
  }
}

}  // namespace
}  // namespace setpoint::test
