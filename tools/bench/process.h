// Other programs, run and measured. Errors are kInternal and name the command; a command that fails is an error.
#pragma once

#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace setpoint::tools {

struct ProcessResult {
  double seconds = 0;
  double peak_bytes = 0;  // Largest resident set of the process itself.
  std::string output;     // Only where it was asked for.
};

struct ProcessCommand {
  std::vector<std::string> words;
  std::string input_file = "/dev/null";
  bool keep_output = false;  // Else to /dev/null.
};

absl::StatusOr<ProcessResult> RunProcess(const ProcessCommand& command);

// `git cat-file --batch` of a repository, kept running. One thread.
class GitBatch {
 public:
  static absl::StatusOr<std::unique_ptr<GitBatch>> Start(const std::string& git_directory);
  ~GitBatch();
  GitBatch(const GitBatch&) = delete;
  GitBatch& operator=(const GitBatch&) = delete;

  // The bytes of an object by any name that Git takes ("<commit>:<path>"). kNotFound where there is none.
  absl::StatusOr<std::string> Read(const std::string& name);

 private:
  GitBatch() = default;

  pid_t pid_ = 0;
  std::FILE* in_ = nullptr;   // What it reads.
  std::FILE* out_ = nullptr;  // What it writes.
};

// Seconds on a clock that never runs backwards.
double NowSeconds();

}  // namespace setpoint::tools
