// A consumer through a real server: however it and the server are stopped and killed, its folder ends as `list` says.
#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <sstream>

#include "query/json_value.h"
#include "storage/base/concat.h"
#include "tests/support/git_history.h"
#include "tests/support/temporary_directory.h"
#include "tests/support/test_seed.h"
#include "tests/tools/program_run.h"
#include "tests/tools/running_program.h"

namespace setpoint::test {
namespace {

using storage::Concat;
using State = std::map<std::string, std::string>;  // Key → content.

std::string Map(const std::string& name, size_t value) {
  return Concat("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ", name, "\ndata:\n  v: \"", value, "\"\n");
}

// A repository, a server that follows it, and a consumer that applies it to a folder.
class Fleet {
 public:
  explicit Fleet(uint64_t seed) : random_(seed), history_(Path("shop.git")) {}

  std::string Path(const std::string& name) const { return directory_.path() + "/" + name; }
  size_t Below(size_t bound) { return std::uniform_int_distribution<size_t>(0, bound - 1)(random_); }

  // A commit on main that sets, moves and deletes a few of a few resources.
  void Commit() {
    HistoryCommit commit;
    if (!tip_.IsZero()) commit.parents = {tip_};
    commit.message = Concat("change ", ++commits_, "\n");
    for (size_t i = 0; i <= Below(3); ++i) {
      const std::string name = Concat("m", Below(12));
      const std::string path = Concat(Below(4) == 0 ? "moved/" : "maps/", name, ".yaml");
      if (Below(5) == 0 && paths_.count(path) != 0 && commit.files.count(path) == 0) {
        commit.removed.push_back(path);
        paths_.erase(path);
      } else if (std::find(commit.removed.begin(), commit.removed.end(), path) == commit.removed.end()) {
        commit.files.emplace(path, Map(name, commits_));
        paths_.insert(path);
      }
    }
    if (commit.files.empty() && commit.removed.empty()) commit.files.emplace("maps/m0.yaml", Map("m0", commits_));
    tip_ = history_.Commit(commit);
  }
  void Push() { history_.SetRef("refs/heads/main", tip_); }

  void StartServer() {
    const std::string listen = url_.empty() ? "127.0.0.1:0" : url_.substr(std::string("http://").size());
    server_.emplace(
        std::vector<std::string>{"serve", "--data", Path("store"), "--listen", listen, history_.directory()},
        Path("server.log"));
    url_ = server_->AwaitUrl();
    // Before its first look it has no repository that could be watched.
    Await("the server has its repository",
          [this] { return RunSetpoint({"list", "--limit", "1", "-o", "name", "--server", url_}).exit_code == 0; });
  }
  void KillServer() {
    server_->Signal(SIGKILL);
    server_->Wait();
  }

  void StartConsumer() {
    consumer_.emplace(
        std::vector<std::string>{"watch", "--server", url_, "--from", "start", "--snapshot", "--cursor-file",
                                 Path("cursor"), "--consumer", "folder", "--retry-pause", "0.01", "--exec-batch",
                                 Concat("exec " SETPOINT_APPLY_BATCH " ", Path("state"))},
        Path("consumer.log"));
  }
  void KillConsumer() {
    consumer_->Signal(SIGKILL);
    consumer_->Wait();
  }
  void StopConsumer() {
    consumer_->Signal(SIGTERM);
    EXPECT_EQ(consumer_->Wait(), 0) << consumer_->Log();
  }
  bool ConsumerRuns() { return consumer_->IsRunning(); }
  std::string ConsumerLog() const { return consumer_->Log(); }

  // What the consumer has applied; `list --content` must say the same.
  State Folder() const {
    State state;
    for (const auto& file : std::filesystem::directory_iterator(Path("state"))) {
      const std::string text = ReadFile(file.path());
      state[text.substr(0, text.find('\n'))] = text.substr(text.find('\n') + 1);
    }
    return state;
  }
  State List() const {
    const ProgramResult list = RunSetpoint({"list", "--content", "-o", "json", "--server", url_});
    EXPECT_EQ(list.exit_code, 0) << list.errors;
    State state;
    const auto resources = query::ParseJson(list.output);
    EXPECT_TRUE(resources.ok()) << list.output;
    if (!resources.ok()) return state;
    for (const query::JsonValue& each : resources->items) {
      state[each.Find("key")->Scalar()] = std::string(each.Find("content")->text);
    }
    return state;
  }

  // Whether there is nothing left to apply. Asks nobody but the files, so that it is quick.
  bool IsThere() const { return ReadFile(Path("state.tip")) == tip_.Hex() + "\n"; }

  // Waits until the server has the tip and the consumer the newest revision.
  void AwaitConsumer() {
    const std::string tip = tip_.Hex();
    Await("the server has the tip", [&] {
      return RunSetpoint({"list", "--at", tip, "--limit", "1", "-o", "name", "--server", url_}).exit_code == 0;
    });
    const std::string newest = RunSetpoint({"status", "-o", "name", "--server", url_}).output;
    if (!Await("the consumer is there", [&] { return ReadFile(Path("cursor")) == newest || !ConsumerRuns(); }) ||
        !ConsumerRuns()) {
      ADD_FAILURE() << ConsumerLog() << ReadFile(Path("cursor")) << newest;
    }
  }

  // What the server knows of the consumer, when it has the tip: "name cursor behind seen".
  std::string KnownConsumer() const {
    const std::string text = RunSetpoint({"consumers", "--seen", tip_.Hex(), "-o", "json", "--server", url_}).output;
    const auto consumers = query::ParseJson(text);
    if (!consumers.ok() || consumers->items.size() != 1) return text;
    const query::JsonValue& each = consumers->items.front();
    return Concat(each.Find("name")->Scalar(), " ", each.Find("cursor")->Scalar(), " ",
                  each.Find("lag")->Find("revisions")->Scalar(), " ", each.Find("seen")->Scalar());
  }

  // The revisions that were applied, in the order in which they were; the snapshot's aside.
  std::vector<uint64_t> Applied() const {
    std::vector<uint64_t> revisions;
    std::istringstream lines(ReadFile(Path("state.log")));
    for (std::string line; std::getline(lines, line);) {
      if (std::stoull(line.substr(1)) != 0) revisions.push_back(std::stoull(line.substr(1)));
    }
    return revisions;
  }
  // Those that changed something.
  std::vector<uint64_t> Changing() const {
    const ProgramResult log = RunSetpoint({"log", "-o", "json", "--changes", "--data", Path("store")});
    EXPECT_EQ(log.exit_code, 0) << log.errors;
    std::vector<uint64_t> revisions;
    const auto entries = query::ParseJson(log.output);
    EXPECT_TRUE(entries.ok());
    if (!entries.ok()) return revisions;
    for (const query::JsonValue& each : entries->items) {
      const query::JsonValue* changes = each.Find("changes");
      if (changes != nullptr && !changes->items.empty())
        revisions.push_back(std::stoull(each.Find("revision")->Scalar()));
    }
    std::reverse(revisions.begin(), revisions.end());
    return revisions;
  }

 private:
  std::mt19937_64 random_;
  TemporaryDirectory directory_;
  GitHistory history_;
  storage::ObjectId tip_;
  std::set<std::string> paths_;
  size_t commits_ = 0;
  std::string url_;
  std::optional<RunningProgram> server_;
  std::optional<RunningProgram> consumer_;
};

TEST(WatchResumeTest, AConsumerThatWasStoppedForAThousandCommitsFoldsToWhatListGives) {
  Fleet fleet(1);
  for (int i = 0; i < 20; ++i) fleet.Commit();
  fleet.Push();
  fleet.StartServer();
  fleet.StartConsumer();
  fleet.AwaitConsumer();
  EXPECT_EQ(fleet.Folder(), fleet.List());
  fleet.StopConsumer();
  const State before = fleet.Folder();
  for (int i = 0; i < 1'000; ++i) fleet.Commit();
  fleet.Push();
  fleet.StartConsumer();
  fleet.AwaitConsumer();
  EXPECT_EQ(fleet.Folder(), fleet.List());
  EXPECT_NE(fleet.Folder(), before);
  fleet.StopConsumer();
  EXPECT_EQ(fleet.KnownConsumer(), "folder r1021 0 true");
  // Nothing was killed: each commit once, and in order.
  EXPECT_EQ(fleet.Applied(), fleet.Changing());
}

TEST(WatchResumeTest, KillsOfServerAndConsumerLoseNothing) {
  const SeedRange seeds = SeedsToRun(2, 100);
  for (uint64_t seed = seeds.first; seed < seeds.first + seeds.count; ++seed) {
    SCOPED_TRACE(Concat("SETPOINT_SEED=", seed));
    Fleet fleet(seed);
    fleet.Commit();
    fleet.Push();
    fleet.StartServer();
    fleet.StartConsumer();
    fleet.AwaitConsumer();
    uint64_t consumer_kills = 0;
    for (int round = 0; round < 10; ++round) {
      for (size_t i = 0; i <= fleet.Below(30); ++i) fleet.Commit();
      fleet.Push();
      // Somewhere in the middle of what follows from that: after so many applied batches.
      const size_t target = fleet.Applied().size() + fleet.Below(12);
      Await("it is in the middle", [&] { return fleet.Applied().size() >= target || fleet.IsThere(); });
      if (fleet.Below(2) == 0) {
        fleet.KillServer();
        fleet.StartServer();
      } else {
        fleet.KillConsumer();
        ++consumer_kills;
        fleet.StartConsumer();
      }
    }
    fleet.AwaitConsumer();
    EXPECT_EQ(fleet.Folder(), fleet.List());
    fleet.StopConsumer();
    // In order and without gaps; what a killed consumer had not kept comes once more, and nothing else does.
    std::vector<uint64_t> applied = fleet.Applied();
    uint64_t repeated = 0;
    for (size_t i = 1; i < applied.size(); ++i) repeated += applied[i] == applied[i - 1] ? 1 : 0;
    EXPECT_LE(repeated, consumer_kills);
    applied.erase(std::unique(applied.begin(), applied.end()), applied.end());
    EXPECT_EQ(applied, fleet.Changing());
  }
}

}  // namespace
}  // namespace setpoint::test
