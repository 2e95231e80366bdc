#include "tools/bench/swarm.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "absl/strings/str_cat.h"
#include "tools/bench/process.h"

namespace setpoint::tools {
namespace {

constexpr double kDeadlineSeconds = 30;

void RaiseDescriptorLimit() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace

absl::StatusOr<std::unique_ptr<Swarm>> Swarm::Connect(const SwarmOptions& options) {
  RaiseDescriptorLimit();
  std::unique_ptr<Swarm> swarm(new Swarm(options));
  swarm->epoll_ = epoll_create1(EPOLL_CLOEXEC);
  swarm->connections_.resize(options.connections);
  for (Connection& connection : swarm->connections_) {
    if (absl::Status status = swarm->Open(connection); !status.ok()) return status;
  }
  if (options.ready_marker.empty()) return swarm;
  if (absl::Status status = swarm->Read(options.ready_marker, 1); !status.ok()) return status;
  return swarm;
}

Swarm::~Swarm() {
  for (const Connection& connection : connections_) {
    if (connection.socket >= 0) close(connection.socket);
  }
  if (epoll_ >= 0) close(epoll_);
}

absl::Status Swarm::Open(Connection& connection) {
  connection.socket = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(options_.port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const auto size = static_cast<ssize_t>(options_.greeting.size());
  if (connect(connection.socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      send(connection.socket, options_.greeting.data(), options_.greeting.size(), MSG_NOSIGNAL) != size) {
    return absl::UnavailableError(absl::StrCat("connection ", &connection - connections_.data(), " is refused"));
  }
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = static_cast<uint64_t>(&connection - connections_.data());
  epoll_ctl(epoll_, EPOLL_CTL_ADD, connection.socket, &event);
  return absl::OkStatus();
}

absl::Status Swarm::Read(const std::string& marker, uint64_t times) {
  for (Connection& connection : connections_) connection.seen = 0;
  size_t waiting = connections_.size();
  const double deadline = NowSeconds() + kDeadlineSeconds;
  std::array<epoll_event, 256> events;
  std::array<char, 1 << 16> bytes;
  while (waiting > 0) {
    if (NowSeconds() > deadline) return absl::DeadlineExceededError(absl::StrCat(waiting, " connections still wait"));
    const int count = epoll_wait(epoll_, events.data(), events.size(), 100);
    for (int i = 0; i < count; ++i) {
      Connection& connection = connections_[events[static_cast<size_t>(i)].data.u64];
      const ssize_t received = recv(connection.socket, bytes.data(), bytes.size(), MSG_DONTWAIT);
      if (received <= 0) return absl::UnavailableError("the server has closed a connection");
      connection.tail.append(bytes.data(), static_cast<size_t>(received));
      const bool was_waiting = connection.seen < times;
      size_t from = 0;
      for (size_t at = 0; (at = connection.tail.find(marker, from)) != std::string::npos; ++connection.seen) {
        from = at + marker.size();
      }
      const size_t kept = std::min(connection.tail.size() - from, marker.size() - 1);
      connection.tail.erase(0, connection.tail.size() - kept);
      if (!was_waiting || connection.seen < times) continue;
      connection.last = NowSeconds();
      --waiting;
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<double>> Swarm::Await(uint64_t deliveries) {
  if (absl::Status status = Read(options_.marker, deliveries); !status.ok()) return status;
  std::vector<double> times;
  for (const Connection& connection : connections_) times.push_back(connection.last);
  std::sort(times.begin(), times.end());
  return times;
}

}  // namespace setpoint::tools
