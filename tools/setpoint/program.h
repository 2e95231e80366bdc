// The whole command line: verbs, usage errors and exit codes.
#pragma once

namespace setpoint::tools {

// Runs the program and returns its exit code. Once a process.
int RunProgram(int argc, const char* const* argv);

}  // namespace setpoint::tools
