// The program `setpoint` in the background: to be waited for, signalled and killed. One thread.
#pragma once

#include <sys/types.h>

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace setpoint::test {

class RunningProgram {
 public:
  // `log` gets what it writes to standard output and standard error. The environment as RunSetpoint has it.
  RunningProgram(const std::vector<std::string>& arguments, const std::string& log,
                 const std::map<std::string, std::string>& environment = {});
  // Kills it where it still runs.
  ~RunningProgram();
  RunningProgram(const RunningProgram&) = delete;
  RunningProgram& operator=(const RunningProgram&) = delete;

  void Signal(int number) const;
  // Its exit code; 128 and the number where a signal ended it. Fails the test where that takes longer than a minute.
  int Wait();
  bool IsRunning();

  // Of a server: the URL that it says it listens at, as soon as it does. Empty, and the test fails, where it has ended
  // before, or a minute is over.
  std::string AwaitUrl();

  std::string Log() const;

 private:
  const std::string log_;
  pid_t pid_ = 0;
  int exit_code_ = -1;
};

// Waits for something to become true; fails the running test, and says so, where it does not within a minute.
bool Await(const std::string& what, const std::function<bool()>& condition);

// The bytes of a file; empty where there is none.
std::string ReadFile(const std::string& path);

}  // namespace setpoint::test
