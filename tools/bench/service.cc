#include "tools/bench/service.h"

#include <fcntl.h>
#include <pwd.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <thread>

#include "absl/strings/str_cat.h"
#include "tools/bench/loopback.h"
#include "tools/bench/process.h"

namespace setpoint::tools {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

constexpr auto kStartMax = std::chrono::seconds(60);
constexpr auto kStopMax = std::chrono::seconds(5);
constexpr auto kPause = milliseconds(1);

bool HasEnded(pid_t pid) { return waitpid(pid, nullptr, WNOHANG) != 0; }

}  // namespace

absl::StatusOr<std::unique_ptr<Service>> Service::Start(const std::vector<std::string>& words, uint16_t port) {
  std::vector<char*> arguments;
  arguments.reserve(words.size() + 1);
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addopen(&files, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  pid_t pid = -1;
  const int error = posix_spawnp(&pid, arguments[0], &files, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&files);
  if (error != 0) return absl::UnavailableError(absl::StrCat("cannot start ", words[0], ": ", std::strerror(error)));
  std::unique_ptr<Service> service(new Service(pid, port));
  for (const auto deadline = Clock::now() + kStartMax; Clock::now() < deadline;) {
    if (Loopback::Connect(port).ok()) return service;
    if (HasEnded(pid)) {
      service->pid_ = -1;
      return absl::UnavailableError(absl::StrCat(words[0], " has ended at once"));
    }
    std::this_thread::sleep_for(kPause);
  }
  return absl::UnavailableError(absl::StrCat(words[0], " does not listen"));
}

Service::~Service() {
  if (pid_ <= 0) return;
  kill(pid_, SIGTERM);
  for (const auto deadline = Clock::now() + kStopMax; Clock::now() < deadline;) {
    if (HasEnded(pid_)) return;
    std::this_thread::sleep_for(milliseconds(10));
  }
  Kill();
}

void Service::Kill() {
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

double Service::ResidentBytes() const {
  std::ifstream file(absl::StrCat("/proc/", pid_, "/statm"));
  double all = 0;
  double resident = 0;
  file >> all >> resident;
  return resident * static_cast<double>(sysconf(_SC_PAGESIZE));
}

ScratchFolder::ScratchFolder() : path_(std::filesystem::temp_directory_path() / "setpoint-load-XXXXXX") {
  if (mkdtemp(path_.data()) == nullptr) path_.clear();
}

ScratchFolder::~ScratchFolder() {
  std::error_code ignored;
  if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
}

absl::StatusOr<std::string> FindProgram(std::string_view name, std::string_view package) {
  const char* const variable = std::getenv("PATH");
  std::string folders = variable == nullptr ? "" : variable;
  folders.append(":/usr/lib/postgresql/15/bin:/usr/sbin:");
  for (size_t begin = 0, end = 0; (end = folders.find(':', begin)) != std::string::npos; begin = end + 1) {
    std::string path = absl::StrCat(folders.substr(begin, end - begin), "/", std::string(name));
    if (access(path.c_str(), X_OK) == 0) return path;
  }
  return absl::NotFoundError(absl::StrCat("no ", std::string(name), " here: Debian package ", std::string(package)));
}

absl::StatusOr<std::unique_ptr<Service>> StartEtcd(const std::string& folder) {
  auto program = FindProgram("etcd", "etcd-server");
  if (!program.ok()) return program.status();
  std::filesystem::remove_all(folder + "/etcd");  // Of a measurement before.
  const std::string peer = absl::StrCat("http://127.0.0.1:", FreePort());
  const uint16_t port = FreePort();
  const std::string client = absl::StrCat("http://127.0.0.1:", port);
  auto service =
      Service::Start({*program, "--data-dir", folder + "/etcd", "--listen-client-urls", client,
                      "--advertise-client-urls", client, "--listen-peer-urls", peer, "--initial-advertise-peer-urls",
                      peer, "--initial-cluster", "default=" + peer, "--log-level", "error", "--log-outputs", "stderr"},
                     port);
  // It listens before it has elected itself.
  for (int i = 0; service.ok() && i < 1'000; ++i) {
    const auto put = HttpPost(port, "/v3/kv/put", R"({"key":"cw==","value":"cw=="})");
    if (put.ok() && put->status == 200) break;
    std::this_thread::sleep_for(milliseconds(10));
  }
  return service;
}

absl::StatusOr<std::unique_ptr<Service>> StartNats() {
  auto program = FindProgram("nats-server", "nats-server");
  if (!program.ok()) return program.status();
  const uint16_t port = FreePort();
  return Service::Start({*program, "-a", "127.0.0.1", "-p", absl::StrCat(port)}, port);
}

absl::StatusOr<std::unique_ptr<Service>> StartPostgres(const std::string& folder) {
  auto initdb = FindProgram("initdb", "postgresql-15");
  auto program = FindProgram("postgres", "postgresql-15");
  if (!initdb.ok()) return initdb.status();
  if (!program.ok()) return program.status();
  // It refuses to run as root.
  std::vector<std::string> as_user;
  const std::string data = folder + "/postgres";
  std::filesystem::remove_all(data);  // Of a measurement before.
  std::filesystem::create_directory(data);
  if (geteuid() == 0) {
    const passwd* const user = getpwnam("postgres");
    if (user == nullptr) return absl::NotFoundError("no user postgres: Debian package postgresql-15");
    as_user = {"setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--"};
    std::filesystem::permissions(folder, std::filesystem::perms::all);
    if (chown(data.c_str(), user->pw_uid, user->pw_gid) != 0) return absl::InternalError("cannot chown");
  }
  std::vector<std::string> make = as_user;
  for (const std::string& word : {*initdb, std::string("-D"), data, std::string("-U"), std::string("postgres"),
                                  std::string("-A"), std::string("trust"), std::string("--no-locale")}) {
    make.push_back(word);
  }
  if (const auto made = RunProcess({.words = make}); !made.ok()) return made.status();
  const uint16_t port = FreePort();
  std::vector<std::string> run = as_user;
  for (const std::string& word : {*program, std::string("-D"), data, std::string("-p"), absl::StrCat(port),
                                  std::string("-k"), data, std::string("-h"), std::string("127.0.0.1")}) {
    run.push_back(word);
  }
  return Service::Start(run, port);
}

}  // namespace setpoint::tools
