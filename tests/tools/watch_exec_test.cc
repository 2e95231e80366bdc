// `watch --exec` and `--exec-batch` on a local store: what a command is given, and what becomes of the cursor when it
// succeeds, fails, hangs or is killed.
#include <gtest/gtest.h>
#include <signal.h>

#include <filesystem>
#include <fstream>

#include "query/json_value.h"
#include "tests/support/git_history.h"
#include "tests/support/temporary_directory.h"
#include "tests/tools/program_run.h"
#include "tests/tools/running_program.h"

namespace setpoint::test {
namespace {

using testing::Test;

std::string Map(const std::string& name, int value) {
  return "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: " + name + "\ndata:\n  v: \"" + std::to_string(value) +
         "\"\n";
}

// The changes: r2.1 r2.2 (a and b), r3.1 r3.2 (both updated), r4.1 (a does not decode), r5.1 (it does), r6.1 (b goes).
class WatchExecTest : public Test {
 protected:
  static void SetUpTestSuite() {
    directory_ = new TemporaryDirectory();
    GitHistory history(directory_->path() + "/shop.git");
    auto tip = history.Commit({.files = {{"a.yaml", Map("a", 1)}, {"b.yaml", Map("b", 1)}}, .message = "one\n"});
    const auto commit = [&](HistoryCommit next) {
      next.parents = {tip};
      tip = history.Commit(next);
    };
    commit({.files = {{"a.yaml", Map("a", 2)}, {"b.yaml", Map("b", 2)}}, .message = "two\n"});
    commit({.files = {{"a.yaml", "a: [\n"}}, .message = "broken\n"});
    commit({.files = {{"a.yaml", Map("a", 3)}}, .message = "mended\n"});
    commit({.removed = {"b.yaml"}, .message = "b goes\n"});
    history.SetRef("refs/heads/main", tip);
    const ProgramResult result = RunSetpoint({"ingest", history.directory(), "--data", Store()});
    ASSERT_EQ(result.exit_code, 0) << result.errors;
  }
  static void TearDownTestSuite() { delete directory_; }

  static std::string Store() { return directory_->path() + "/store"; }
  std::string Path(const std::string& name) const { return own_.path() + "/" + name; }

  std::vector<std::string> Arguments(std::vector<std::string> more) const {
    std::vector<std::string> arguments = {"watch", "--cursor-file", Path("cursor"), "--retry-pause", "0.001"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return arguments;
  }
  ProgramResult Watch(std::vector<std::string> more) const {
    return RunSetpoint(
        Arguments(std::move(more)),
        {.environment = {{"SETPOINT_DATA", Store()}, {"OUT", Path("out")}, {"SETPOINT_KEY", "foreign"}}});
  }
  std::string Out() const { return ReadFile(Path("out")); }
  std::string Cursor() const { return ReadFile(Path("cursor")); }

  static TemporaryDirectory* directory_;
  TemporaryDirectory own_;
};

TemporaryDirectory* WatchExecTest::directory_ = nullptr;

TEST_F(WatchExecTest, EachChangeIsGivenToTheCommandAsItStandsInTheStream) {
  const ProgramResult result = Watch({"--from", "start", "--exec", "cat >> $OUT", "--count", "6"});
  EXPECT_EQ(result.exit_code, 0) << result.errors;
  const ProgramResult stream = RunSetpoint({"watch", "--data", Store(), "--from", "start", "--count", "8"});
  ASSERT_EQ(stream.exit_code, 0) << stream.errors;
  // All but that of the broken file, and that the ref was made.
  std::string expected;
  std::istringstream lines(stream.output);
  for (std::string line; std::getline(lines, line);) {
    const bool is_change = line.find("\"type\":\"change\"") != std::string::npos;
    if (is_change && line.find("decode_failed") == std::string::npos) expected += line + "\n";
  }
  EXPECT_EQ(Out(), expected);
  EXPECT_EQ(Cursor(), "r6.1\n");
}

TEST_F(WatchExecTest, TheEssentialsStandInTheEnvironment) {
  const ProgramResult result =
      Watch({"--from", "r5", "--exec", "env | grep '^SETPOINT_' | grep -v -e _DATA -e _COMMIT | sort > $OUT", "--count",
             "1"});
  EXPECT_EQ(result.exit_code, 0) << result.errors;
  EXPECT_EQ(Out(),
            "SETPOINT_ATTEMPT=1\nSETPOINT_AUTHOR=Ada Author <ada@example.com>\nSETPOINT_CURSOR=r6.1\n"
            "SETPOINT_FORMAT=kubernetes\nSETPOINT_KEY=b.yaml#ConfigMap/b\nSETPOINT_KIND=ConfigMap\nSETPOINT_NAME=b\n"
            "SETPOINT_OPERATION=deleted\nSETPOINT_PATH=b.yaml\nSETPOINT_REF=refs/heads/main\nSETPOINT_REPOSITORY=shop\n"
            "SETPOINT_REVISION=6\nSETPOINT_TYPE=change\n");
}

TEST_F(WatchExecTest, ResumesAfterWhatTheCommandHasDone) {
  for (const char* cursor : {"r2.1\n", "r2.2\n", "r3.1\n", "r3.2\n", "r5.1\n", "r6.1\n"}) {
    const ProgramResult result = Watch({"--from", "start", "--exec", "echo $SETPOINT_CURSOR >> $OUT", "--count", "1"});
    EXPECT_EQ(result.exit_code, 0) << result.errors;
    EXPECT_EQ(Cursor(), cursor);
  }
  EXPECT_EQ(Out(), "r2.1\nr2.2\nr3.1\nr3.2\nr5.1\nr6.1\n");
}

TEST_F(WatchExecTest, ABatchIsAWholeCommit) {
  const std::string command =
      "echo $SETPOINT_TYPE $SETPOINT_CURSOR $SETPOINT_CHANGES $(grep -c '\"type\":\"change\"') ${SETPOINT_KEY-no} >> "
      "$OUT";
  const ProgramResult result = Watch({"--from", "start", "--exec-batch", command, "--count", "4"});
  EXPECT_EQ(result.exit_code, 0) << result.errors;
  EXPECT_EQ(Out(), "commit r2 2 2 no\ncommit r3 2 2 no\ncommit r5 1 1 no\ncommit r6 1 1 no\n");
  EXPECT_EQ(Cursor(), "r6\n");
}

TEST_F(WatchExecTest, ABatchNeverBeginsInsideACommit) {
  EXPECT_EQ(Watch({"--from", "r2.1", "--exec-batch", "true"}).exit_code, 2);
  std::ofstream(Path("cursor")) << "r2.1\n";
  const ProgramResult result = Watch({"--exec-batch", "touch $OUT"});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_NE(result.errors.find("r2.1, which is inside a commit"), std::string::npos) << result.errors;
  EXPECT_FALSE(std::filesystem::exists(Path("out")));
}

TEST_F(WatchExecTest, ASnapshotIsTakenOnlyWhereThereIsNoCursor) {
  const std::string command = "echo $SETPOINT_TYPE $SETPOINT_CURSOR $SETPOINT_REVISION $(grep -c .) >> $OUT";
  for (int run = 0; run < 2; ++run) {
    const ProgramResult result =
        Watch({"--snapshot", "--from", "r3", "--exec-batch", command, "--count", std::to_string(1 + run)});
    EXPECT_EQ(result.exit_code, 0) << result.errors;
  }
  EXPECT_EQ(Out(), "snapshot r3 3 2\ncommit r5 5 1\ncommit r6 6 1\n");
}

TEST_F(WatchExecTest, ACutSnapshotIsTakenAgain) {
  // The second of its two resources fails for good: the first comes again.
  const ProgramResult failed = Watch({"--snapshot", "--from", "r2", "--retries", "0", "--exec",
                                      "echo $SETPOINT_OPERATION $SETPOINT_NAME >> $OUT; test $SETPOINT_NAME = a"});
  EXPECT_EQ(failed.exit_code, 1) << failed.errors;
  EXPECT_EQ(Cursor(), "");
  const ProgramResult result = Watch(
      {"--snapshot", "--from", "r2", "--exec", "echo $SETPOINT_OPERATION $SETPOINT_NAME >> $OUT", "--count", "3"});
  EXPECT_EQ(result.exit_code, 0) << result.errors;
  EXPECT_EQ(Out(), "state a\nstate b\nstate a\nstate b\nupdated a\n");
  EXPECT_EQ(Cursor(), "r3.1\n");
}

TEST_F(WatchExecTest, TriesAgainUntilItSucceeds) {
  const ProgramResult result = Watch({"--from", "r4", "--count", "1", "--exec",
                                      "cat >> $OUT.in; echo $SETPOINT_ATTEMPT >> $OUT; test $SETPOINT_ATTEMPT = 3"});
  EXPECT_EQ(result.exit_code, 0) << result.errors;
  EXPECT_EQ(Out(), "1\n2\n3\n");
  const std::string input = ReadFile(Path("out.in"));
  EXPECT_EQ(input,
            input.substr(0, input.size() / 3) + input.substr(0, input.size() / 3) + input.substr(0, input.size() / 3));
  EXPECT_NE(result.errors.find("attempt 3 of 6 follows"), std::string::npos) << result.errors;
  EXPECT_EQ(Cursor(), "r5.1\n");
}

TEST_F(WatchExecTest, WhatFailsForGoodEndsTheWatchAndIsNotSkipped) {
  const ProgramResult result = Watch(
      {"--from", "start", "--retries", "2", "--exec", "echo $SETPOINT_CURSOR >> $OUT; test $SETPOINT_CURSOR != r3.1"});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_NE(result.errors.find("nothing was skipped"), std::string::npos) << result.errors;
  EXPECT_NE(result.errors.find("r3.1"), std::string::npos) << result.errors;
  EXPECT_EQ(Out(), "r2.1\nr2.2\nr3.1\nr3.1\nr3.1\n");
  EXPECT_EQ(Cursor(), "r2.2\n");
  EXPECT_EQ(Watch({"--exec", "echo $SETPOINT_CURSOR >> $OUT", "--count", "1"}).exit_code, 0);
  EXPECT_EQ(Out(), "r2.1\nr2.2\nr3.1\nr3.1\nr3.1\nr3.1\n");
}

TEST_F(WatchExecTest, AHangingCommandIsStopped) {
  const ProgramResult result = Watch({"--from", "r5", "--retries", "0", "--exec-timeout", "0.05", "--exec",
                                      "trap '' TERM; echo begun >> $OUT; sleep 1000 & exec sleep 1000 < /dev/null"});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_NE(result.errors.find("stopped after 50 ms"), std::string::npos) << result.errors;
  EXPECT_EQ(Out(), "begun\n");
  EXPECT_EQ(Cursor(), "");
}

TEST_F(WatchExecTest, BrokenFilesRunNothingUnlessAsked) {
  // Nothing but the broken file follows r3 up to r4; the bookmark moves the cursor beyond it.
  const std::string command = "echo $SETPOINT_OPERATION $SETPOINT_CURSOR >> $OUT";
  EXPECT_EQ(Watch({"--from", "r3", "--exec", command, "--count", "1"}).exit_code, 0);
  EXPECT_EQ(Out(), "updated r5.1\n");
  std::filesystem::remove(Path("cursor"));
  EXPECT_EQ(Watch({"--from", "r3", "--exec", command, "--count", "1", "--exec-decode-failed"}).exit_code, 0);
  EXPECT_EQ(Out(), "updated r5.1\ndecode_failed r4.1\n");
}

TEST_F(WatchExecTest, TheCursorMovesAlongWhereNothingMatches) {
  RunningProgram watch(Arguments({"--from", "start", "--kind", "Nothing", "--exec", "false"}), Path("log"),
                       {{"SETPOINT_DATA", Store()}});
  EXPECT_TRUE(Await("the cursor is at the end", [this] { return Cursor() == "r6\n"; })) << watch.Log();
  watch.Signal(SIGINT);
  EXPECT_EQ(watch.Wait(), 0) << watch.Log();
}

TEST_F(WatchExecTest, DataAreNoPartOfTheCommand) {
  GitHistory history(Path("evil.git"));
  const std::string file = "$(touch pwned); `touch pwned` ' \" & touch pwned.yaml";
  history.SetRef("refs/heads/main", history.Commit({.files = {{file, Map("a", 1)}}, .message = "'; touch pwned\n"}));
  ASSERT_EQ(RunSetpoint({"ingest", history.directory(), "--data", Path("evil")}).exit_code, 0);
  const ProgramResult result =
      RunSetpoint({"watch", "--data", Path("evil"), "--from", "start", "--count", "1", "--exec",
                   "cd \"$HOME\" && printf %s \"$SETPOINT_PATH\" > out && : $SETPOINT_KEY"},
                  {.environment = {{"HOME", own_.path()}}});
  EXPECT_EQ(result.exit_code, 0) << result.errors;
  EXPECT_EQ(Out(), file);
  EXPECT_FALSE(std::filesystem::exists(Path("pwned")));
  EXPECT_FALSE(std::filesystem::exists("pwned"));
}

TEST_F(WatchExecTest, ASignalReachesTheCommandWhichMayFinish) {
  const std::string command =
      "trap 'echo finished >> $OUT; exit 0' TERM; echo begun >> $OUT; while :; do sleep 0.01; done";
  RunningProgram watch(Arguments({"--from", "r5", "--exec", command}), Path("log"),
                       {{"SETPOINT_DATA", Store()}, {"OUT", Path("out")}});
  Await("the command has begun", [this] { return Out() == "begun\n"; });
  watch.Signal(SIGTERM);
  EXPECT_EQ(watch.Wait(), 0) << watch.Log();
  EXPECT_EQ(Out(), "begun\nfinished\n");
  EXPECT_EQ(Cursor(), "r6.1\n");
}

TEST_F(WatchExecTest, ACommandThatASignalEndedIsNotDone) {
  RunningProgram watch(Arguments({"--from", "r5", "--exec", "echo begun >> $OUT; exec sleep 1000"}), Path("log"),
                       {{"SETPOINT_DATA", Store()}, {"OUT", Path("out")}});
  Await("the command has begun", [this] { return Out() == "begun\n"; });
  watch.Signal(SIGINT);
  EXPECT_EQ(watch.Wait(), 0) << watch.Log();
  EXPECT_EQ(Cursor(), "");
}

TEST_F(WatchExecTest, ACommandThatOutlivesItsWatchKeepsTheNextOneWaiting) {
  const std::string orphan =
      "trap '' TERM; touch $OUT.begun; while [ ! -e $OUT.go ]; do sleep 0.01; done; echo orphan >> $OUT";
  const std::map<std::string, std::string> environment = {{"SETPOINT_DATA", Store()}, {"OUT", Path("out")}};
  RunningProgram first(Arguments({"--from", "r5", "--exec", orphan}), Path("log1"), environment);
  Await("the command has begun", [this] { return std::filesystem::exists(Path("out.begun")); });
  first.Signal(SIGKILL);
  EXPECT_EQ(first.Wait(), 128 + SIGKILL);
  RunningProgram second(Arguments({"--from", "r5", "--exec", "echo next >> $OUT", "--count", "1"}), Path("log2"),
                        environment);
  Await("the second one waits", [&second] { return second.Log().find("in use") != std::string::npos; });
  std::ofstream(Path("out.go")) << "";
  EXPECT_EQ(second.Wait(), 0) << second.Log();
  EXPECT_EQ(Out(), "orphan\nnext\n");
}

TEST_F(WatchExecTest, WrongUse) {
  std::ofstream(Path("cursor")) << "yesterday\n";
  const ProgramResult garbage = Watch({"--exec", "true"});
  EXPECT_EQ(garbage.exit_code, 1);
  EXPECT_NE(garbage.errors.find("does not hold a cursor"), std::string::npos) << garbage.errors;
  EXPECT_EQ(Watch({}).exit_code, 2);
  EXPECT_EQ(Watch({"--exec", "true", "--exec-batch", "true"}).exit_code, 2);
  EXPECT_EQ(RunSetpoint({"watch", "--data", Store(), "--exec", "true", "--cursor-file", Path("none/cursor")}).exit_code,
            3);
}

}  // namespace
}  // namespace setpoint::test
