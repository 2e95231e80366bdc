// What all verbs of one run share. One thread: that of main.
#pragma once

#include <string_view>

#include "absl/status/status.h"

namespace setpoint::tools {

// Part of the interface (interfaces.md): scripts rely on them.
enum ExitCode : int {
  kDone = 0,
  kNotFoundOrFailed = 1,  // Not found, or a check failed.
  kWrongUsage = 2,
  kStoreUnreachable = 3,  // The store or server cannot be reached, or is damaged.
  kInterrupted = 130,     // As shells say it of SIGINT.
};

struct Context {
  int exit_code = kDone;
};

// Writes "setpoint: MESSAGE" as one line to standard error.
void PrintError(std::string_view message);
// The same for what the user should know and what is no error.
void PrintNote(std::string_view message);

// How a status ends the program: OK is kDone, not found is 1, an invalid argument 2, a store that cannot be read 3.
ExitCode ExitCodeOf(const absl::Status& status);

// Prints the error, if it is one, and leaves its exit code in the context.
void Finish(const absl::Status& status, Context& context);

}  // namespace setpoint::tools
