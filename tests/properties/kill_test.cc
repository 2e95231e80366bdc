// kill -9 at random moments of an ingest, again and again. What may be lost: entries that were not acknowledged as
// durable. What may not: an acknowledged one, and that the next ingest goes on to the very log and rows of a run that
// nobody disturbed.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <random>

#include "storage/base/check.h"
#include "tests/support/git_history.h"
#include "tests/support/store_under_test.h"
#include "tests/support/temporary_directory.h"
#include "tests/support/test_seed.h"

namespace setpoint::test {
namespace {

// A few hundred commits, one in five a merge of a side branch, with files that break and come back.
void MakeHistory(GitHistory& history, std::mt19937_64& random) {
  storage::ObjectId tip = history.Commit({.files = {{"a.yaml", "v: 0\n"}}});
  for (int n = 1; n <= 150; ++n) {
    const std::string path = "apps/" + std::to_string(random() % 12) + ".yaml";
    const std::string text = random() % 6 == 0 ? "v: [\n" : "v: " + std::to_string(n) + "\n";
    if (n % 5 != 0) {
      tip = history.Commit({.parents = {tip}, .files = {{path, text}}});
      continue;
    }
    const storage::ObjectId side = history.Commit({.parents = {tip}, .files = {{path, text}}});
    const storage::ObjectId more = history.Commit({.parents = {side}, .removed = {path}});
    const storage::ObjectId main = history.Commit({.parents = {tip}, .files = {{"b.yaml", text}}});
    tip = history.Commit({.parents = {main, more}, .files = {{"c.yaml", text}}});
  }
  history.SetRef("refs/heads/main", tip);
}

// What became of one child.
struct Life {
  bool killed = false;
  uint64_t acknowledged = 0;  // The newest revision that it said was durable.
};

class Child {
 public:
  Child(const std::string& directory, const std::string& source, size_t bulk_commits_min) {
    int ends[2];
    SETPOINT_CHECK(pipe2(ends, O_CLOEXEC) == 0, "pipe2");
    const std::string program = std::filesystem::read_symlink("/proc/self/exe").parent_path() / "ingest_child";
    std::vector<std::string> words = {program, directory, source, std::to_string(bulk_commits_min)};
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    SETPOINT_CHECK(posix_spawn(&pid_, program.c_str(), &actions, nullptr, arguments.data(), environ) == 0, "spawn");
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    output_ = ends[0];
  }
  ~Child() { close(output_); }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  // Lets it live for so long, then kills it, unless it is done before.
  Life LiveFor(std::chrono::microseconds lifetime) {
    Life life;
    const auto end = std::chrono::steady_clock::now() + lifetime;
    while (Read(life, end)) {
    }
    if (!done_) kill(pid_, SIGKILL);
    while (!done_) Read(life, std::chrono::steady_clock::time_point::max());
    int status = 0;
    SETPOINT_CHECK(waitpid(pid_, &status, 0) == pid_, "waitpid");
    life.killed = WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
    EXPECT_TRUE(life.killed || (WIFEXITED(status) && WEXITSTATUS(status) == 0)) << "status " << status;
    return life;
  }

 private:
  // Takes what the child says until `end`; false when that is over, or the child is.
  bool Read(Life& life, std::chrono::steady_clock::time_point end) {
    const auto now = std::chrono::steady_clock::now();
    if (now >= end) return false;
    pollfd watched = {output_, POLLIN, 0};
    const auto rest = std::chrono::ceil<std::chrono::milliseconds>(
        std::min<std::chrono::steady_clock::duration>(end - now, std::chrono::seconds(1)));
    if (poll(&watched, 1, static_cast<int>(rest.count())) <= 0) return true;
    uint64_t revision = 0;
    if (read(output_, &revision, sizeof revision) != static_cast<ssize_t>(sizeof revision)) {
      done_ = true;
      return false;
    }
    life.acknowledged = std::max(life.acknowledged, revision);
    return true;
  }

  pid_t pid_ = 0;
  int output_ = -1;
  bool done_ = false;
};

class KillTest : public testing::Test {
 protected:
  KillTest() : random_(SeedsToRun(1, 1).first), history_(directory_.path() + "/source.git") {
    MakeHistory(history_, random_);
  }

  // Kills ingests of fresh stores until there were `kills` of them, each at a moment within the time that an ingest
  // takes; each store is brought to its end and compared.
  void KillAndCompare(size_t bulk_commits_min, uint64_t kills) {
    const std::string calm_store = directory_.path() + "/calm";
    const auto start = std::chrono::steady_clock::now();
    Child(calm_store, history_.directory(), bulk_commits_min).LiveFor(std::chrono::hours(1));
    const auto longest =
        std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - start);
    StoreUnderTest calm(calm_store, history_.directory());
    const RowDump facts = calm.Facts();
    const RowDump projections = calm.Projections();
    uint64_t killed = 0;
    for (int round = 0; killed < kills; ++round) {
      const std::string store = directory_.path() + "/store" + std::to_string(round);
      killed += KillUntilDone(store, bulk_commits_min, kills - killed, longest);
      {
        StoreUnderTest survivor(store, history_.directory());
        EXPECT_EQ(survivor.Ingest().entries, 0u);
        EXPECT_EQ(DifferenceOf(facts, survivor.Facts()), "");
        EXPECT_EQ(DifferenceOf(projections, survivor.Projections()), "");
        EXPECT_EQ(testing::PrintToString(survivor.Verify().problems), "{}");
        if (HasFailure()) return;
      }  // Closed before its files go: the engine's compactions end with it.
      std::filesystem::remove_all(store);
    }
  }

  uint64_t KillUntilDone(const std::string& store, size_t bulk_commits_min, uint64_t kills,
                         std::chrono::microseconds longest) {
    uint64_t killed = 0;
    uint64_t acknowledged = 0;
    for (;;) {
      const bool enough = killed == kills;
      const auto lifetime = enough ? std::chrono::hours(1)
                                   : std::chrono::microseconds(random_() % static_cast<uint64_t>(longest.count()));
      const Life life = Child(store, history_.directory(), bulk_commits_min).LiveFor(lifetime);
      acknowledged = std::max(acknowledged, life.acknowledged);
      if (!life.killed) return killed;
      ++killed;
      StoreUnderTest survivor(store, history_.directory());
      EXPECT_GE(survivor.database().catalog.applied().value, acknowledged) << "lost what was said to be durable";
    }
  }

  const TemporaryDirectory directory_;
  std::mt19937_64 random_;
  GitHistory history_;
};

TEST_F(KillTest, LiveIngestSurvivesKills) { KillAndCompare(1'000'000, IsLongRun() ? 500 : 15); }

TEST_F(KillTest, BulkIngestSurvivesKills) { KillAndCompare(1, IsLongRun() ? 500 : 15); }

}  // namespace
}  // namespace setpoint::test
