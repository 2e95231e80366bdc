// The `git` command as a worker: never asks anybody, runs no hooks, uses no transport but those of parsed sources,
// never fetches lazily. Any thread.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace setpoint::storage {

struct GitCommand {
  std::string git_directory;           // Empty: outside of any repository.
  std::vector<std::string> arguments;  // After `git`.
  std::string input;
  absl::Duration deadline = absl::InfiniteDuration();
};

// What it wrote to standard output. An exit code other than 0 is an error with the end of standard error, credentials
// taken out: kNotFound, kPermissionDenied, kAborted (the source moved meanwhile: try again), else kUnavailable;
// and those of RunWorker.
absl::StatusOr<std::string> RunGitCommand(const GitCommand& command);

}  // namespace setpoint::storage
