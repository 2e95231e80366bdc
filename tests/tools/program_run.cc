#include "tests/tools/program_run.h"

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>

#include "storage/base/check.h"

namespace setpoint::test {
namespace {

// Argument or environment lists as exec wants them.
class WordList {
 public:
  explicit WordList(std::vector<std::string> words) : words_(std::move(words)) {
    for (std::string& word : words_) pointers_.push_back(word.data());
    pointers_.push_back(nullptr);
  }
  char** data() { return pointers_.data(); }

 private:
  std::vector<std::string> words_;
  std::vector<char*> pointers_;
};

// Appends what is there; false at the end.
bool ReadSome(int descriptor, std::string& out) {
  std::array<char, 4096> bytes;
  const ssize_t size = read(descriptor, bytes.data(), bytes.size());
  if (size <= 0) return false;
  out.append(bytes.data(), static_cast<size_t>(size));
  return true;
}

int ExitCodeOf(pid_t child) {
  int status = 0;
  SETPOINT_CHECK(waitpid(child, &status, 0) == child, "the program cannot be waited for");
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

ProgramResult RunOnTerminal(WordList& arguments, WordList& environment) {
  winsize size{};
  size.ws_row = 40;
  size.ws_col = 100;
  int terminal = -1;
  const pid_t child = forkpty(&terminal, nullptr, nullptr, &size);
  SETPOINT_CHECK(child >= 0, "no terminal can be made");
  if (child == 0) {
    execve(arguments.data()[0], arguments.data(), environment.data());
    _exit(127);
  }
  ProgramResult result;
  std::string output;
  while (ReadSome(terminal, output)) {
  }
  close(terminal);
  result.exit_code = ExitCodeOf(child);
  for (const char c : output) {
    if (c != '\r') result.output += c;
  }
  return result;
}

ProgramResult RunOnPipes(WordList& arguments, WordList& environment) {
  std::array<int, 2> output;
  std::array<int, 2> errors;
  SETPOINT_CHECK(pipe(output.data()) == 0 && pipe(errors.data()) == 0, "no pipe can be made");
  const pid_t child = fork();
  SETPOINT_CHECK(child >= 0, "no process can be made");
  if (child == 0) {
    dup2(output[1], STDOUT_FILENO);
    dup2(errors[1], STDERR_FILENO);
    for (const int each : {output[0], output[1], errors[0], errors[1]}) close(each);
    execve(arguments.data()[0], arguments.data(), environment.data());
    _exit(127);
  }
  close(output[1]);
  close(errors[1]);
  ProgramResult result;
  std::array<pollfd, 2> ends = {{{output[0], POLLIN, 0}, {errors[0], POLLIN, 0}}};
  while (ends[0].fd >= 0 || ends[1].fd >= 0) {
    poll(ends.data(), ends.size(), -1);
    if (ends[0].revents != 0 && !ReadSome(output[0], result.output)) ends[0].fd = -1;
    if (ends[1].revents != 0 && !ReadSome(errors[0], result.errors)) ends[1].fd = -1;
  }
  close(output[0]);
  close(errors[0]);
  result.exit_code = ExitCodeOf(child);
  return result;
}

}  // namespace

std::vector<std::string> ProgramEnvironment(const ProgramOptions& options) {
  std::map<std::string, std::string> all = {{"HOME", "/nonexistent"}, {"PATH", "/usr/bin:/bin"}, {"TERM", "xterm"}};
  for (const auto& [name, value] : options.environment) all[name] = value;
  std::vector<std::string> words;
  for (const auto& [name, value] : all) words.push_back(name + "=" + value);
  // A sanitizer's options of the test are those of the program.
  for (const char* name : {"ASAN_OPTIONS", "LSAN_OPTIONS", "TSAN_OPTIONS", "UBSAN_OPTIONS"}) {
    if (const char* value = std::getenv(name)) words.push_back(std::string(name) + "=" + value);
  }
  return words;
}

bool HasTerminals() {
  const int terminal = posix_openpt(O_RDWR | O_NOCTTY);
  if (terminal < 0) return false;
  const char* const name = ptsname(terminal);
  const bool usable = name != nullptr && access(name, F_OK) == 0;
  close(terminal);
  return usable;
}

ProgramResult RunSetpoint(const std::vector<std::string>& arguments, const ProgramOptions& options) {
  std::vector<std::string> words = {SETPOINT_PROGRAM};
  words.insert(words.end(), arguments.begin(), arguments.end());
  WordList argument_list(std::move(words));
  WordList environment(ProgramEnvironment(options));
  if (options.terminal) return RunOnTerminal(argument_list, environment);
  return RunOnPipes(argument_list, environment);
}

}  // namespace setpoint::test
