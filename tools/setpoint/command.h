// Runs a command of the user's by `sh -c`, as often as need be. Data reach it by its standard input and its environment
// only, never as a part of the text that the shell reads.
// It is a process group of its own: what stops it stops what it started. One at a time, on one thread.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace setpoint::tools {

// Bytes for a standard input: a file without a name, so that a command that does not read holds up nobody, and one that
// is tried again reads the same.
class CommandInput {
 public:
  CommandInput() = default;
  ~CommandInput();
  CommandInput(const CommandInput&) = delete;
  CommandInput& operator=(const CommandInput&) = delete;

  // kUnavailable: no room in $TMPDIR (or /tmp).
  absl::Status Append(std::string_view bytes);
  absl::Status Clear();
  // Open for reading, at its beginning; the input's own.
  absl::StatusOr<int> Rewound();

 private:
  absl::Status Open();

  int file_ = -1;
};

struct CommandRun {
  std::string text;                         // What the shell reads.
  std::vector<std::string> environment;     // NAME=VALUE, in place of what this program inherited under NAME.
  std::vector<std::string> removed;         // Names that it does not get at all.
  int input = -1;                           // Its standard input.
  int inherited = -1;                       // One more descriptor that it and its children keep open; -1: none.
  std::chrono::milliseconds time_max{0};    // Then it is stopped; 0: never.
  std::chrono::milliseconds grace{10'000};  // From SIGTERM to SIGKILL.
};

struct CommandEnd {
  bool succeeded = false;
  std::string reason;  // "exit code 3", "killed by signal 9", "stopped after 300000 ms"; empty where it succeeded.
};

// Waits for it. `signal` gives a signal that this program got, 0 while it got none: it is passed on to the command,
// which may then take `grace` to end. kUnavailable: no process can be made.
absl::StatusOr<CommandEnd> RunCommand(const CommandRun& run, const std::function<int()>& signal);

}  // namespace setpoint::tools
