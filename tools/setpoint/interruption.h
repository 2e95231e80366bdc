// Notices Ctrl-C (SIGINT) and SIGTERM instead of dying of them, so that a long work stops at a clean point. A second
// one kills the program as usual. One at a time.
#pragma once

namespace setpoint::tools {

class Interruption {
 public:
  Interruption();
  ~Interruption();
  Interruption(const Interruption&) = delete;
  Interruption& operator=(const Interruption&) = delete;

  // Any thread.
  static bool Requested();
  // Which signal it was; 0: none yet.
  static int Signal();
};

}  // namespace setpoint::tools
