// Runs another program to its end, or to a deadline at which its whole process group is killed. For work that may hang
// or crash without taking this process along. Any thread; the calling thread waits.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "storage/git/cancellation.h"

namespace setpoint::storage {

struct WorkerCommand {
  std::vector<std::string> arguments;  // The first is the program, looked for in PATH.
  // "NAME=value" pairs over this process's environment; "NAME" alone takes the variable away.
  std::vector<std::string> environment;
  std::string input;  // Its standard input.
  absl::Duration deadline = absl::InfiniteDuration();
  // It is killed when this is cancelled. May be null.
  const Cancellation* cancellation = nullptr;
  // No file that it writes grows beyond this; 0: no bound. Who tries is ended by a signal (SIGXFSZ).
  uint64_t file_bytes_max = 0;
};

struct WorkerResult {
  int exit_code = 0;  // 128 + n where signal n ended it.
  std::string output;
  std::string errors;  // The last kWorkerErrorBytesMax of its standard error.
};

// kFailedPrecondition: no such program. kDeadlineExceeded: killed. kResourceExhausted: it wrote more than
// kWorkerOutputBytesMax, and was killed. kCancelled: killed because of it. An exit code other than 0 is no error here.
absl::StatusOr<WorkerResult> RunWorker(const WorkerCommand& command);

}  // namespace setpoint::storage
