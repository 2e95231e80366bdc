// Another program beside the test: started, and killed with this object. One thread.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace setpoint::test {

// The first file of that name in the folders of $PATH that can be run; nothing where there is none.
std::optional<std::string> FindProgram(std::string_view name);

class ChildProcess {
 public:
  // What it writes goes to `output_file`. Fails the running test where it cannot be started.
  ChildProcess(const std::vector<std::string>& words, const std::string& output_file);
  // Kills it, unless it has ended, and waits for its end.
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  // Whether it has not ended by itself.
  bool IsRunning();
  // Waits for its end: the exit status, or minus the signal.
  int Wait();

 private:
  pid_t pid_ = -1;
};

// A port on which nobody listens just now.
uint16_t FreePort();

}  // namespace setpoint::test
