// Runs another program to its end, or to a deadline at which its whole process group is killed. For work that may hang
// or crash without taking this process along. Any thread; the calling thread waits.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace setpoint::storage {

struct WorkerCommand {
  std::vector<std::string> arguments;  // The first is the program, looked for in PATH.
  // "NAME=value" pairs over this process's environment; "NAME" alone takes the variable away.
  std::vector<std::string> environment;
  std::string input;  // Its standard input.
  absl::Duration deadline = absl::InfiniteDuration();
};

struct WorkerResult {
  int exit_code = 0;  // 128 + n where signal n ended it.
  std::string output;
  std::string errors;  // The last kWorkerErrorBytesMax of its standard error.
};

// kFailedPrecondition: no such program. kDeadlineExceeded: killed. kResourceExhausted: it wrote more than
// kWorkerOutputBytesMax, and was killed. An exit code other than 0 is no error here.
absl::StatusOr<WorkerResult> RunWorker(const WorkerCommand& command);

}  // namespace setpoint::storage
