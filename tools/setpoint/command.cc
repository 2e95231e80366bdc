#include "tools/setpoint/command.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <thread>

#include "storage/base/concat.h"

extern char** environ;

namespace setpoint::tools {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// How often a signal to pass on is looked for.
constexpr milliseconds kLookInterval{50};
// Where the kernel cannot tell of the end of a process by a descriptor.
constexpr milliseconds kNap{2};

absl::Status Failed(std::string_view what) {
  return absl::UnavailableError(storage::Concat("cannot ", what, ": ", std::strerror(errno)));
}

std::string_view NameOf(std::string_view variable) { return variable.substr(0, variable.find('=')); }

std::vector<std::string> EnvironmentOf(const CommandRun& run) {
  std::vector<std::string> all = run.environment;
  for (char** each = environ; *each != nullptr; ++each) {
    const std::string_view name = NameOf(*each);
    const bool replaced = std::any_of(run.environment.begin(), run.environment.end(),
                                      [name](const std::string& own) { return NameOf(own) == name; });
    const bool removed = std::find(run.removed.begin(), run.removed.end(), name) != run.removed.end();
    if (!replaced && !removed) all.emplace_back(*each);
  }
  return all;
}

std::vector<char*> Pointers(std::vector<std::string>& words) {
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  return pointers;
}

// In the child, where only a few calls are allowed: nothing that allocates.
[[noreturn]] void Become(const CommandRun& run, char** words, char** environment, pid_t parent) {
  setpgid(0, 0);
  // Whoever kills this program does not mean its command to go on alone.
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (getppid() != parent) _exit(126);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  signal(SIGPIPE, SIG_DFL);
  dup2(run.input, STDIN_FILENO);
  close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
  if (run.inherited >= 0) fcntl(run.inherited, F_SETFD, 0);
  execve("/bin/sh", words, environment);
  _exit(127);
}

// A child that is not waited for yet. Its process group has its number.
class Child {
 public:
  explicit Child(pid_t pid) : pid_(pid), file_(static_cast<int>(syscall(SYS_pidfd_open, pid, 0))) {}
  ~Child() {
    if (file_ >= 0) close(file_);
    // Where this is the first process of a container, it is the parent of whatever others have left.
    if (getpid() == 1) {
      while (waitpid(-1, nullptr, WNOHANG) > 0) {
      }
    }
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  void Send(int number) const { kill(-pid_, number); }

  // How it ended; nothing where it still runs after a while.
  std::optional<int> Wait() const {
    if (file_ >= 0) {
      pollfd end{file_, POLLIN, 0};
      poll(&end, 1, static_cast<int>(kLookInterval.count()));
    } else {
      std::this_thread::sleep_for(kNap);
    }
    int status = 0;
    if (waitpid(pid_, &status, WNOHANG) != pid_) return std::nullopt;
    return status;
  }

 private:
  const pid_t pid_;
  const int file_;
};

CommandEnd EndOf(int status, bool timed_out, milliseconds time_max) {
  if (timed_out) return {false, storage::Concat("stopped after ", time_max.count(), " ms")};
  if (WIFSIGNALED(status)) return {false, storage::Concat("killed by signal ", WTERMSIG(status))};
  const int code = WEXITSTATUS(status);
  if (code == 0) return {true, ""};
  return {false, storage::Concat("exit code ", code)};
}

CommandEnd WaitFor(const Child& child, const CommandRun& run, const std::function<int()>& signal) {
  const auto begin = steady_clock::now();
  std::optional<steady_clock::time_point> stopped;  // Since when it was asked to end.
  bool timed_out = false;
  while (true) {
    const auto status = child.Wait();
    if (status) {
      if (timed_out) child.Send(SIGKILL);  // What it started and left.
      return EndOf(*status, timed_out, run.time_max);
    }
    const auto now = steady_clock::now();
    if (stopped) {
      if (now - *stopped > run.grace) child.Send(SIGKILL);
    } else if (const int number = signal(); number != 0) {
      stopped = now;
      child.Send(number);
    } else if (run.time_max.count() > 0 && now - begin > run.time_max) {
      stopped = now;
      timed_out = true;
      child.Send(SIGTERM);
    }
  }
}

}  // namespace

CommandInput::~CommandInput() {
  if (file_ >= 0) close(file_);
}

absl::Status CommandInput::Open() {
  if (file_ >= 0) return absl::OkStatus();
  const char* const folder = std::getenv("TMPDIR");
  std::string name = storage::Concat(folder == nullptr ? "/tmp" : folder, "/setpoint.XXXXXX");
  file_ = mkostemp(name.data(), O_CLOEXEC);  // Readable by this user only.
  if (file_ < 0) return Failed(storage::Concat("make a temporary file ", name));
  unlink(name.c_str());
  return absl::OkStatus();
}

absl::Status CommandInput::Append(std::string_view bytes) {
  if (absl::Status status = Open(); !status.ok()) return status;
  while (!bytes.empty()) {
    const ssize_t written = write(file_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return Failed("write a temporary file");
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return absl::OkStatus();
}

absl::Status CommandInput::Clear() {
  if (file_ < 0) return absl::OkStatus();
  if (ftruncate(file_, 0) != 0 || lseek(file_, 0, SEEK_SET) != 0) return Failed("empty a temporary file");
  return absl::OkStatus();
}

absl::StatusOr<int> CommandInput::Rewound() {
  if (absl::Status status = Open(); !status.ok()) return status;
  if (lseek(file_, 0, SEEK_SET) != 0) return Failed("rewind a temporary file");
  return file_;
}

absl::StatusOr<CommandEnd> RunCommand(const CommandRun& run, const std::function<int()>& signal) {
  std::vector<std::string> words = {"sh", "-c", run.text};
  std::vector<std::string> variables = EnvironmentOf(run);
  std::vector<char*> word_pointers = Pointers(words);
  std::vector<char*> variable_pointers = Pointers(variables);
  // Where they are ignored, as whoever started this may have left it, a child cannot be waited for.
  std::signal(SIGCHLD, SIG_DFL);
  const pid_t parent = getpid();
  const pid_t pid = fork();
  if (pid < 0) return Failed("start a process");
  if (pid == 0) Become(run, word_pointers.data(), variable_pointers.data(), parent);
  setpgid(pid, pid);  // Here as well: it may not have come to it before a signal is sent.
  return WaitFor(Child(pid), run, signal);
}

}  // namespace setpoint::tools
