// The `git` command as a worker: never asks anybody, runs no hooks, uses no transport but those of parsed sources,
// never fetches lazily. Any thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "storage/git/cancellation.h"

namespace setpoint::storage {

struct GitCommand {
  std::string git_directory;           // Empty: outside of any repository.
  std::vector<std::string> arguments;  // After `git`.
  std::string input;
  absl::Duration deadline = absl::InfiniteDuration();
  std::vector<std::string> environment = {};  // Over what every git gets; secrets go here, never into `arguments`.
  const Cancellation* cancellation = nullptr;
  uint64_t file_bytes_max = 0;  // Of each file that it writes, such as a pack; 0: no bound.
};

// What it wrote to standard output. An exit code other than 0 is an error with the end of standard error, credentials
// taken out: kNotFound, kPermissionDenied, kAborted (the source moved meanwhile: try again), kResourceExhausted (beyond
// file_bytes_max), else kUnavailable; and those of RunWorker.
absl::StatusOr<std::string> RunGitCommand(const GitCommand& command);

}  // namespace setpoint::storage
