#include "tools/bench/process.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace setpoint::tools {
namespace {

std::vector<char*> ArgumentsOf(std::vector<std::string>& words) {
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  return arguments;
}

absl::Status Failed(const std::vector<std::string>& words, const std::string& why) {
  return absl::InternalError(absl::StrCat(absl::StrJoin(words, " "), ": ", why));
}

std::string ReadAll(int descriptor) {
  std::string all;
  std::array<char, 1 << 16> buffer;
  for (ssize_t n = 0; (n = read(descriptor, buffer.data(), buffer.size())) > 0;) {
    all.append(buffer.data(), static_cast<size_t>(n));
  }
  return all;
}

}  // namespace

double NowSeconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

absl::StatusOr<ProcessResult> RunProcess(const ProcessCommand& command) {
  std::vector<std::string> words = command.words;
  const std::vector<char*> arguments = ArgumentsOf(words);
  int ends[2] = {-1, -1};
  if (pipe2(ends, O_CLOEXEC) != 0) return Failed(words, "no pipe");
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, command.input_file.c_str(), O_RDONLY, 0);
  if (command.keep_output) {
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  } else {
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  }
  const double start = NowSeconds();
  pid_t pid = 0;
  const int code = posix_spawnp(&pid, words[0].c_str(), &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  close(ends[1]);
  ProcessResult result;
  if (code == 0) result.output = ReadAll(ends[0]);
  close(ends[0]);
  if (code != 0) return Failed(words, std::strerror(code));
  int status = 0;
  rusage usage{};
  if (wait4(pid, &status, 0, &usage) != pid) return Failed(words, "lost");
  result.seconds = NowSeconds() - start;
  result.peak_bytes = static_cast<double>(usage.ru_maxrss) * 1024;
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) return Failed(words, absl::StrCat("ended with status ", status));
  return result;
}

absl::StatusOr<std::unique_ptr<GitBatch>> GitBatch::Start(const std::string& git_directory) {
  std::vector<std::string> words = {"git", "-C", git_directory, "cat-file", "--batch"};
  int to[2] = {-1, -1};
  int from[2] = {-1, -1};
  if (pipe2(to, O_CLOEXEC) != 0 || pipe2(from, O_CLOEXEC) != 0) return Failed(words, "no pipe");
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, to[0], STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, from[1], STDOUT_FILENO);
  std::unique_ptr<GitBatch> batch(new GitBatch);
  const int code = posix_spawnp(&batch->pid_, "git", &actions, nullptr, ArgumentsOf(words).data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  close(to[0]);
  close(from[1]);
  batch->in_ = fdopen(to[1], "w");
  batch->out_ = fdopen(from[0], "r");
  if (code != 0) return Failed(words, std::strerror(code));
  return batch;
}

GitBatch::~GitBatch() {
  std::fclose(in_);
  std::fclose(out_);
  if (pid_ != 0) waitpid(pid_, nullptr, 0);
}

absl::StatusOr<std::string> GitBatch::Read(const std::string& name) {
  std::fprintf(in_, "%s\n", name.c_str());
  std::fflush(in_);
  std::string header;
  for (int c = 0; (c = std::fgetc(out_)) != EOF && c != '\n';) header += static_cast<char>(c);
  const size_t space = header.rfind(' ');
  if (space == std::string::npos) return absl::InternalError("git cat-file ended");
  const std::string size_text = header.substr(space + 1);
  if (size_text == "missing") return absl::NotFoundError(header);
  std::string bytes(std::stoul(size_text) + 1, '\0');
  if (std::fread(bytes.data(), 1, bytes.size(), out_) != bytes.size()) return absl::InternalError("git cat-file ended");
  bytes.pop_back();
  return bytes;
}

}  // namespace setpoint::tools
