// Runs the program `setpoint` as a shell would, and keeps what it wrote. One thread.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace setpoint::test {

struct ProgramResult {
  int exit_code = -1;
  std::string output;  // Standard output; on a terminal both streams, with "\r\n" as "\n".
  std::string errors;  // Standard error; empty on a terminal.
};

struct ProgramOptions {
  // Both streams are a terminal of 100 columns.
  bool terminal = false;
  // Set beside HOME, PATH and TERM, which are all that it inherits.
  std::map<std::string, std::string> environment = {};
};

// Whether this system gives terminals: a bare chroot may have no /dev/pts.
bool HasTerminals();

// NAME=VALUE, all of them.
std::vector<std::string> ProgramEnvironment(const ProgramOptions& options);

ProgramResult RunSetpoint(const std::vector<std::string>& arguments, const ProgramOptions& options = {});

}  // namespace setpoint::test
