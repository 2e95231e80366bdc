#include "storage/git/worker_process.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "storage/base/limits.h"

extern char** environ;

namespace setpoint::storage {

namespace {

// A file descriptor that is closed with its owner.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() { Close(); }
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    Close();
    fd_ = std::exchange(other.fd_, -1);
    return *this;
  }
  int get() const { return fd_; }
  void Close() {
    if (fd_ >= 0) close(std::exchange(fd_, -1));
  }

 private:
  int fd_ = -1;
};

absl::Status SystemError(const char* what) {
  return absl::InternalError(absl::StrCat(what, ": ", std::strerror(errno)));
}

struct Pipe {
  Descriptor read_end;
  Descriptor write_end;
};

absl::StatusOr<Pipe> MakePipe() {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) return SystemError("cannot make a pipe");
  Pipe made{Descriptor(ends[0]), Descriptor(ends[1])};
  fcntl(ends[0], F_SETFL, O_NONBLOCK);
  return made;
}

// The input as a file in memory, so that nobody has to write while he reads.
absl::StatusOr<Descriptor> InputFile(const std::string& input) {
  Descriptor file(memfd_create("input", MFD_CLOEXEC));
  if (file.get() < 0) return SystemError("cannot make a file in memory");
  for (size_t done = 0; done < input.size();) {
    const ssize_t n = write(file.get(), input.data() + done, input.size() - done);
    if (n < 0) return SystemError("cannot write the worker's input");
    done += static_cast<size_t>(n);
  }
  lseek(file.get(), 0, SEEK_SET);
  return file;
}

std::vector<std::string> Environment(const std::vector<std::string>& changes) {
  const auto name_of = [](std::string_view variable) { return variable.substr(0, variable.find('=')); };
  std::vector<std::string> variables;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    const bool changed = std::any_of(changes.begin(), changes.end(),
                                     [&](const std::string& change) { return name_of(change) == name_of(*variable); });
    if (!changed) variables.emplace_back(*variable);
  }
  std::copy_if(changes.begin(), changes.end(), std::back_inserter(variables),
               [](const std::string& change) { return change.find('=') != std::string::npos; });
  return variables;
}

std::vector<char*> Pointers(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  pointers.reserve(texts.size() + 1);
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

// Starts the program as the leader of a process group of its own, with default signal dispositions.
absl::StatusOr<pid_t> Spawn(const WorkerCommand& command, int input, int output, int errors) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, errors, STDERR_FILENO);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t none;
  sigset_t all;
  sigemptyset(&none);
  sigfillset(&all);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &all);
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  std::vector<std::string> arguments = command.arguments;
  std::vector<std::string> environment = Environment(command.environment);
  pid_t child = 0;
  const int error = posix_spawnp(&child, arguments[0].c_str(), &actions, &attributes, Pointers(arguments).data(),
                                 Pointers(environment).data());
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  if (error == 0) return child;
  if (error == ENOENT) {
    return absl::FailedPreconditionError(absl::StrCat(
        "no `", arguments[0], "` command in PATH: install it (Debian: apt-get install ", arguments[0], ")"));
  }
  return absl::InternalError(absl::StrCat("cannot start `", arguments[0], "`: ", std::strerror(error)));
}

// A worker that runs. Killed with its whole group when it is left before its end.
class Worker {
 public:
  Worker(pid_t child, Descriptor output, Descriptor errors)
      : child_(child),
        process_(static_cast<int>(syscall(SYS_pidfd_open, child, 0))),
        output_(std::move(output)),
        errors_(std::move(errors)) {}
  ~Worker() {
    if (child_ == 0) return;
    kill(-child_, SIGKILL);
    int status = 0;
    waitpid(child_, &status, 0);
  }
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  absl::StatusOr<WorkerResult> Wait(absl::Duration patience, const Cancellation* cancellation) {
    const int cancelled = cancellation == nullptr ? -1 : cancellation->descriptor();
    const absl::Time deadline = absl::Now() + patience;
    // Its descriptor tells when the worker ends; where the system has none to give, it is looked after now and then.
    const absl::Duration step = process_.get() >= 0 ? absl::Minutes(1) : absl::Milliseconds(20);
    // The end of the worker counts, not that of its pipes: something it left in the background may hold them.
    int status = 0;
    for (bool ended = false; !ended;) {
      std::array<pollfd, 4> polled = {{{process_.get(), POLLIN, 0},
                                       {output_.get(), POLLIN, 0},
                                       {errors_.get(), POLLIN, 0},
                                       {cancelled, POLLIN, 0}}};
      const absl::Duration left = std::min(deadline - absl::Now(), step);
      if (left <= absl::ZeroDuration()) {
        return absl::DeadlineExceededError(
            absl::StrCat("not done within ", absl::FormatDuration(patience), ", and was ended"));
      }
      if (poll(polled.data(), polled.size(), static_cast<int>(absl::ToInt64Milliseconds(left)) + 1) < 0 &&
          errno != EINTR) {
        return SystemError("cannot wait for the worker process");
      }
      if (polled[3].revents != 0) return absl::CancelledError("was ended: nobody waits for it any more");
      ended = waitpid(child_, &status, WNOHANG) == child_;
      Drain(output_, result_.output);
      Drain(errors_, result_.errors);
      if (result_.output.size() > kWorkerOutputBytesMax) {
        return absl::ResourceExhaustedError("wrote more than is read, and was ended");
      }
      if (result_.errors.size() > kWorkerErrorBytesMax) {
        result_.errors.erase(0, result_.errors.size() - kWorkerErrorBytesMax);
      }
    }
    child_ = 0;
    result_.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return std::move(result_);
  }

 private:
  // Takes what is there now; closes at the end, which poll then passes over.
  static void Drain(Descriptor& from, std::string& to) {
    std::array<char, 1 << 16> buffer{};
    while (from.get() >= 0 && to.size() <= kWorkerOutputBytesMax) {
      const ssize_t n = read(from.get(), buffer.data(), buffer.size());
      if (n == 0) from.Close();
      if (n <= 0) return;
      to.append(buffer.data(), static_cast<size_t>(n));
    }
  }

  pid_t child_;  // 0 once it has been waited for.
  Descriptor process_;
  Descriptor output_;
  Descriptor errors_;
  WorkerResult result_;
};

}  // namespace

absl::StatusOr<WorkerResult> RunWorker(const WorkerCommand& asked) {
  // A bound must stand before the program does, so another program (of util-linux) sets it and becomes this one.
  WorkerCommand command = asked;
  if (asked.file_bytes_max > 0) {
    const std::string bound = std::to_string(asked.file_bytes_max);
    command.arguments.insert(command.arguments.begin(), {"prlimit", "--fsize=" + bound + ":" + bound, "--"});
  }
  absl::StatusOr<Descriptor> input = InputFile(command.input);
  if (!input.ok()) return input.status();
  absl::StatusOr<Pipe> output = MakePipe();
  if (!output.ok()) return output.status();
  absl::StatusOr<Pipe> errors = MakePipe();
  if (!errors.ok()) return errors.status();
  const absl::StatusOr<pid_t> child = Spawn(command, input->get(), output->write_end.get(), errors->write_end.get());
  if (!child.ok()) return child.status();
  output->write_end.Close();
  errors->write_end.Close();
  Worker worker(*child, std::move(output->read_end), std::move(errors->read_end));
  return worker.Wait(command.deadline, command.cancellation);
}

}  // namespace setpoint::storage
