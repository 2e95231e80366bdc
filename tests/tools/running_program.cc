#include "tests/tools/running_program.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <fstream>
#include <sstream>
#include <string_view>
#include <thread>

#include "storage/base/check.h"
#include "tests/tools/program_run.h"

namespace setpoint::test {

RunningProgram::RunningProgram(const std::vector<std::string>& arguments, const std::string& log,
                               const std::map<std::string, std::string>& environment)
    : log_(log) {
  std::vector<std::string> words = {SETPOINT_PROGRAM};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<std::string> variables = ProgramEnvironment({.environment = environment});
  const auto pointers = [](std::vector<std::string>& texts) {
    std::vector<char*> all;
    for (std::string& text : texts) all.push_back(text.data());
    all.push_back(nullptr);
    return all;
  };
  std::vector<char*> word_pointers = pointers(words);
  std::vector<char*> variable_pointers = pointers(variables);
  const int output = open(log.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  const int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
  SETPOINT_CHECK(output >= 0 && nothing >= 0, "the log cannot be written");
  pid_ = fork();
  SETPOINT_CHECK(pid_ >= 0, "no process can be made");
  if (pid_ == 0) {
    dup2(nothing, STDIN_FILENO);
    dup2(output, STDOUT_FILENO);
    dup2(output, STDERR_FILENO);
    execve(word_pointers[0], word_pointers.data(), variable_pointers.data());
    _exit(127);
  }
  close(output);
  close(nothing);
}

RunningProgram::~RunningProgram() {
  if (!IsRunning()) return;
  Signal(SIGKILL);
  waitpid(pid_, nullptr, 0);
}

void RunningProgram::Signal(int number) const {
  if (pid_ > 0) kill(pid_, number);
}

bool RunningProgram::IsRunning() {
  if (pid_ == 0) return false;
  int status = 0;
  if (waitpid(pid_, &status, WNOHANG) != pid_) return true;
  exit_code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  pid_ = 0;
  return false;
}

int RunningProgram::Wait() {
  if (!Await("the program ends", [this] { return !IsRunning(); })) ADD_FAILURE() << Log();
  return exit_code_;
}

std::string RunningProgram::AwaitUrl() {
  constexpr std::string_view kListening = "listening on ";
  std::string url;
  Await("the server listens", [&] {
    const std::string log = Log();
    const size_t at = log.find(kListening);
    const size_t end = log.find('\n', at);
    if (at == std::string::npos || end == std::string::npos) return !IsRunning();
    const size_t begin = at + kListening.size();
    url = log.substr(begin, end - begin);
    return true;
  });
  if (url.empty()) ADD_FAILURE() << Log();
  return url;
}

std::string RunningProgram::Log() const { return ReadFile(log_); }

bool Await(const std::string& what, const std::function<bool()>& condition) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) {
      ADD_FAILURE() << "not within a minute: " << what;
      return false;
    }
    std::this_thread::yield();
  }
  return true;
}

std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace setpoint::test
