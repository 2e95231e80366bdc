#include "storage/git/worker_process.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <thread>

#include "absl/time/clock.h"

namespace setpoint::storage {
namespace {

WorkerCommand Shell(const std::string& script) {
  return {.arguments = {"sh", "-c", script}, .environment = {}, .input = {}};
}

TEST(WorkerProcessTest, GivesOutputErrorsAndCode) {
  const WorkerResult result = RunWorker(Shell("printf out; printf err >&2; exit 3")).value();
  EXPECT_EQ(result.output, "out");
  EXPECT_EQ(result.errors, "err");
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_EQ(RunWorker(Shell("kill -TERM $$")).value().exit_code, 128 + 15);
}

TEST(WorkerProcessTest, InputAndOutputBeyondAnyPipe) {
  WorkerCommand command = Shell("cat; cat >&2 /dev/null; printf %0100000d 0 >&2");
  command.input = std::string(3'000'000, 'x');
  const WorkerResult result = RunWorker(command).value();
  EXPECT_EQ(result.output, command.input);
  EXPECT_EQ(result.errors, std::string(8192, '0'));
}

TEST(WorkerProcessTest, EnvironmentIsChangedNotReplaced) {
  setenv("SETPOINT_TEST_TAKEN", "1", 1);
  setenv("SETPOINT_TEST_LEFT", "2", 1);
  WorkerCommand command = Shell("printf '%s' \"${SETPOINT_TEST_TAKEN-none} $SETPOINT_TEST_LEFT $SETPOINT_TEST_NEW\"");
  command.environment = {"SETPOINT_TEST_TAKEN", "SETPOINT_TEST_NEW=3"};
  EXPECT_EQ(RunWorker(command).value().output, "none 2 3");
}

TEST(WorkerProcessTest, KilledWithItsChildrenAtTheDeadline) {
  WorkerCommand command = Shell("trap '' TERM; sleep 1000 & wait; sleep 1000");
  command.deadline = absl::Milliseconds(100);
  const absl::Time start = absl::Now();
  EXPECT_EQ(RunWorker(command).status().code(), absl::StatusCode::kDeadlineExceeded);
  EXPECT_LT(absl::Now() - start, absl::Seconds(60));
}

TEST(WorkerProcessTest, KilledWhenItIsCancelled) {
  const Cancellation cancellation;
  WorkerCommand command = Shell("sleep 1000");
  command.cancellation = &cancellation;
  std::thread canceller([&cancellation] { cancellation.Cancel(); });
  EXPECT_EQ(RunWorker(command).status().code(), absl::StatusCode::kCancelled);
  canceller.join();
}

TEST(WorkerProcessTest, WritesNoLargerFileThanAllowed) {
  WorkerCommand command = Shell("file=$(mktemp); head -c 5000 /dev/zero > $file; wc -c < $file; rm $file");
  command.file_bytes_max = 4'096;
  EXPECT_EQ(RunWorker(command).value().output, "4096\n");
  command.file_bytes_max = 0;
  EXPECT_EQ(RunWorker(command).value().output, "5000\n");
}

TEST(WorkerProcessTest, DoesNotWaitForWhatIsLeftInTheBackground) {
  // The background process holds the pipes on.
  WorkerCommand command = Shell("setsid sleep 20 & printf done");
  command.deadline = absl::Seconds(10);
  EXPECT_EQ(RunWorker(command).value().output, "done");
}

TEST(WorkerProcessTest, NoSuchProgram) {
  const absl::Status status =
      RunWorker({.arguments = {"setpoint-no-such-program"}, .environment = {}, .input = {}}).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_NE(std::string(status.message()).find("setpoint-no-such-program"), std::string::npos);
}

}  // namespace
}  // namespace setpoint::storage
