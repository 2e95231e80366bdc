#include "tools/bench/watch_swarm.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstring>
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "storage/base/concat.h"

namespace setpoint::tools {
namespace {

using Clock = std::chrono::steady_clock;
using storage::Concat;

// So many connections are under way at once: more would overflow the queue of the server's port.
constexpr size_t kOpeningMax = 256;
constexpr size_t kReadBytes = size_t{256} << 10;
constexpr size_t kLatenciesMax = size_t{4} << 20;
constexpr std::string_view kChange = R"({"type":"change")";
constexpr std::string_view kBookmark = R"({"type":"bookmark")";

int64_t NowNanoseconds() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now().time_since_epoch())
      .count();
}

double SecondsSince(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

Percentiles PercentilesOf(std::vector<float>& values) {
  Percentiles result;
  if (values.empty()) return result;
  const auto at = [&values](double part) {
    const auto index = static_cast<size_t>(part * static_cast<double>(values.size() - 1));
    std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(index), values.end());
    return static_cast<double>(values[index]);
  };
  result.p50 = at(0.5);
  result.p99 = at(0.99);
  result.max = at(1);
  return result;
}

struct Watcher {
  int socket = -1;
  bool is_open = false;  // It has had its first bookmark.
  bool has_ended = false;
  uint64_t changes = 0;
  std::string line;  // The beginning of a line that has not come whole.
};

class Swarm {
 public:
  explicit Swarm(const SwarmOptions& options)
      : options_(options), poll_(epoll_create1(EPOLL_CLOEXEC)), watchers_(options.watchers), bytes_(kReadBytes) {}
  ~Swarm() {
    for (const Watcher& watcher : watchers_) {
      if (watcher.socket >= 0) close(watcher.socket);
    }
    close(poll_);
  }
  Swarm(const Swarm&) = delete;
  Swarm& operator=(const Swarm&) = delete;

  absl::Status Open() {
    const Clock::time_point start = Clock::now();
    while (open_ < watchers_.size()) {
      while (begun_ < watchers_.size() && begun_ - open_ < kOpeningMax) {
        if (absl::Status status = Begin(begun_); !status.ok()) return status;
        ++begun_;
      }
      if (absl::Status status = Poll(100); !status.ok()) return status;
      if (report_.ended > 0) return absl::UnavailableError("the server ended a stream that was being opened");
      if (SecondsSince(start) > options_.opening_seconds_max) {
        return absl::UnavailableError(Concat("after ", static_cast<uint64_t>(options_.opening_seconds_max), " s only ",
                                             open_, " of ", watchers_.size(), " streams are open and up to date"));
      }
    }
    report_.opening_seconds = SecondsSince(start);
    report_.bytes = 0;
    return absl::OkStatus();
  }

  absl::Status Count() {
    const Clock::time_point start = Clock::now();
    while (SecondsSince(start) < options_.seconds_max && report_.ended < watchers_.size()) {
      if (options_.changes_each > 0 && complete_ == watchers_.size()) break;
      if (absl::Status status = Poll(20); !status.ok()) return status;
    }
    return absl::OkStatus();
  }

  SwarmReport Finish() {
    report_.watchers = watchers_.size();
    report_.is_complete = complete_ == watchers_.size() || options_.changes_each == 0;
    if (report_.deliveries > 0) report_.seconds = std::chrono::duration<double>(last_ - first_).count();
    report_.delivery_ms = PercentilesOf(latencies_);
    std::vector<float> last;
    for (const auto& [time, change] : changes_) {
      if (change.deliveries == watchers_.size()) last.push_back(change.last_ms);
    }
    report_.changes = last.size();
    report_.last_watcher_ms = PercentilesOf(last);
    return report_;
  }

 private:
  struct Change {
    size_t deliveries = 0;
    float last_ms = 0;
  };

  absl::Status Begin(size_t number) {
    Watcher& watcher = watchers_[number];
    watcher.socket = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (watcher.socket < 0) {
      return absl::UnavailableError(Concat("cannot make socket ", number, ": ", std::strerror(errno),
                                           "; raise the limit of open files (ulimit -n)"));
    }
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(options_.port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(watcher.socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
      return absl::UnavailableError(Concat("cannot connect watcher ", number, ": ", std::strerror(errno)));
    }
    const std::string request =
        Concat("GET ", options_.targets[number % options_.targets.size()], " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
    if (send(watcher.socket, request.data(), request.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(request.size())) {
      return absl::UnavailableError(Concat("cannot send the request of watcher ", number));
    }
    fcntl(watcher.socket, F_SETFL, O_NONBLOCK);
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u64 = number;
    if (epoll_ctl(poll_, EPOLL_CTL_ADD, watcher.socket, &event) != 0) return absl::InternalError("epoll refused");
    return absl::OkStatus();
  }

  absl::Status Poll(int milliseconds) {
    std::array<epoll_event, 256> events;
    const int count = epoll_wait(poll_, events.data(), static_cast<int>(events.size()), milliseconds);
    for (int i = 0; i < count; ++i) {
      if (absl::Status status = Read(watchers_[events[static_cast<size_t>(i)].data.u64]); !status.ok()) return status;
    }
    return absl::OkStatus();
  }

  absl::Status Read(Watcher& watcher) {
    const ssize_t received = recv(watcher.socket, bytes_.data(), bytes_.size(), 0);
    if (received < 0 && errno == EAGAIN) return absl::OkStatus();
    if (received <= 0) {
      if (!watcher.has_ended) ++report_.ended;
      watcher.has_ended = true;
      epoll_ctl(poll_, EPOLL_CTL_DEL, watcher.socket, nullptr);
      return absl::OkStatus();
    }
    report_.bytes += static_cast<uint64_t>(received);
    std::string_view rest(bytes_.data(), static_cast<size_t>(received));
    const int64_t now = NowNanoseconds();
    for (size_t end; (end = rest.find('\n')) != std::string_view::npos; rest.remove_prefix(end + 1)) {
      if (watcher.line.empty()) {
        TakeLine(watcher, rest.substr(0, end), now);
      } else {
        watcher.line.append(rest.substr(0, end));
        TakeLine(watcher, watcher.line, now);
        watcher.line.clear();
      }
      if (!refusal_.empty()) return absl::UnavailableError(refusal_);
    }
    watcher.line.append(rest);
    return absl::OkStatus();
  }

  // Lines of the header, and those around chunks, are none of these.
  void TakeLine(Watcher& watcher, std::string_view line, int64_t now) {
    if (line.starts_with(kChange)) return TakeChange(watcher, line, now);
    if (line.starts_with("HTTP/1.1 ") && !line.starts_with("HTTP/1.1 200")) {
      refusal_ = Concat("a stream was refused: ", line);
    }
    if (!watcher.is_open && line.starts_with(kBookmark)) {
      watcher.is_open = true;
      ++open_;
    }
  }

  void TakeChange(Watcher& watcher, std::string_view line, int64_t now) {
    last_ = Clock::now();
    if (report_.deliveries++ == 0) first_ = last_;
    if (++watcher.changes == options_.changes_each) ++complete_;
    const size_t marker = line.find(options_.marker);
    if (marker == std::string_view::npos) return;
    int64_t time = 0;
    const char* digits = line.data() + marker + options_.marker.size();
    if (std::from_chars(digits, line.data() + line.size(), time).ec != std::errc()) return;
    const auto milliseconds = static_cast<float>(static_cast<double>(now - time) / 1e6);
    if (latencies_.size() < kLatenciesMax) latencies_.push_back(milliseconds);
    Change& change = changes_[time];
    ++change.deliveries;
    change.last_ms = std::max(change.last_ms, milliseconds);
  }

  const SwarmOptions& options_;
  const int poll_;
  std::vector<Watcher> watchers_;
  std::vector<char> bytes_;
  size_t begun_ = 0;
  size_t open_ = 0;
  size_t complete_ = 0;
  std::string refusal_;
  SwarmReport report_;
  Clock::time_point first_;
  Clock::time_point last_;
  std::vector<float> latencies_;
  absl::flat_hash_map<int64_t, Change> changes_;
};

}  // namespace

absl::StatusOr<SwarmReport> RunWatchSwarm(const SwarmOptions& options, const std::function<void()>& on_open) {
  Swarm swarm(options);
  if (absl::Status status = swarm.Open(); !status.ok()) return status;
  on_open();
  if (absl::Status status = swarm.Count(); !status.ok()) return status;
  return swarm.Finish();
}

}  // namespace setpoint::tools
