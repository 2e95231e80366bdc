#include "tools/bench/swarm.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "tools/bench/process.h"

namespace setpoint::tools {
namespace {

constexpr double kDeadlineSeconds = 30;
// So many connections are under way at once: more would overflow the queue of the server's port.
constexpr size_t kOpeningMax = 256;
constexpr size_t kReadBytes = size_t{256} << 10;

void RaiseDescriptorLimit() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace

Swarm::Swarm(const SwarmOptions& options)
    : options_(options), epoll_(epoll_create1(EPOLL_CLOEXEC)), connections_(options.connections), room_(kReadBytes) {}

absl::StatusOr<std::unique_ptr<Swarm>> Swarm::Connect(const SwarmOptions& options) {
  RaiseDescriptorLimit();
  std::unique_ptr<Swarm> swarm(new Swarm(options));
  if (absl::Status status = swarm->AwaitReady(); !status.ok()) return status;
  swarm->bytes_ = 0;
  return swarm;
}

Swarm::~Swarm() {
  for (const Connection& connection : connections_) {
    if (connection.socket >= 0) close(connection.socket);
  }
  close(epoll_);
}

absl::Status Swarm::Open(size_t number) {
  Connection& connection = connections_[number];
  const std::string& greeting = options_.greetings[number % options_.greetings.size()];
  connection.socket = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(options_.port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connection.socket < 0 ||
      connect(connection.socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      send(connection.socket, greeting.data(), greeting.size(), MSG_NOSIGNAL) !=
          static_cast<ssize_t>(greeting.size())) {
    return absl::UnavailableError(absl::StrCat("cannot connect ", number, ": ", std::strerror(errno)));
  }
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = number;
  epoll_ctl(epoll_, EPOLL_CTL_ADD, connection.socket, &event);
  return absl::OkStatus();
}

absl::Status Swarm::AwaitReady() {
  const double deadline = NowSeconds() + options_.opening_seconds_max;
  size_t begun = 0;
  size_t ready = 0;
  std::string refusal;
  while (ready < connections_.size()) {
    for (; begun < connections_.size() && begun - ready < kOpeningMax; ++begun) {
      if (absl::Status status = Open(begun); !status.ok()) return status;
    }
    Poll(100, [&](size_t number, std::string_view bytes) {
      Connection& connection = connections_[number];
      if (bytes.empty()) refusal = absl::StrCat("the server has ended connection ", number);
      if (bytes.substr(0, 9) == "HTTP/1.1 " && bytes.substr(9, 3) != "200") refusal = std::string(bytes);
      const uint64_t before = connection.seen;
      connection.seen += Count(connection, bytes, options_.ready_marker);
      if (before == 0 && connection.seen > 0) ++ready;
    });
    if (!refusal.empty()) return absl::UnavailableError(refusal);
    if (NowSeconds() > deadline) {
      return absl::UnavailableError(
          absl::StrCat("only ", ready, " of ", connections_.size(), " connections are ready"));
    }
  }
  return absl::OkStatus();
}

void Swarm::Poll(int milliseconds, const Receive& receive) {
  std::array<epoll_event, 256> events;
  const int count = epoll_wait(epoll_, events.data(), events.size(), milliseconds);
  for (int i = 0; i < count; ++i) {
    const size_t number = events[static_cast<size_t>(i)].data.u64;
    const int socket = connections_[number].socket;
    const ssize_t received = recv(socket, room_.data(), room_.size(), MSG_DONTWAIT);
    if (received < 0 && errno == EAGAIN) continue;
    if (received <= 0) epoll_ctl(epoll_, EPOLL_CTL_DEL, socket, nullptr);
    const auto bytes = static_cast<size_t>(std::max<ssize_t>(received, 0));
    bytes_ += bytes;
    receive(number, {room_.data(), bytes});
  }
}

uint64_t Swarm::Count(Connection& connection, std::string_view bytes, const std::string& marker) {
  connection.tail.append(bytes);
  uint64_t count = 0;
  size_t from = 0;
  for (size_t at = 0; (at = connection.tail.find(marker, from)) != std::string::npos; ++count) {
    from = at + marker.size();
  }
  const size_t kept = std::min(connection.tail.size() - from, marker.size() - 1);
  connection.tail.erase(0, connection.tail.size() - kept);
  return count;
}

absl::StatusOr<std::vector<double>> Swarm::Await(uint64_t deliveries) {
  for (Connection& connection : connections_) connection.seen = 0;
  size_t waiting = connections_.size();
  size_t ended = 0;
  const double deadline = NowSeconds() + kDeadlineSeconds;
  while (waiting > 0) {
    Poll(100, [&](size_t number, std::string_view bytes) {
      Connection& connection = connections_[number];
      if (bytes.empty()) ++ended;
      const uint64_t before = connection.seen;
      connection.seen += Count(connection, bytes, options_.marker);
      if (before >= deliveries || connection.seen < deliveries) return;
      connection.last = NowSeconds();
      --waiting;
    });
    if (ended > 0) return absl::UnavailableError("the server has ended a connection");
    if (NowSeconds() > deadline) return absl::DeadlineExceededError(absl::StrCat(waiting, " connections still wait"));
  }
  std::vector<double> times;
  times.reserve(connections_.size());
  for (const Connection& connection : connections_) times.push_back(connection.last);
  std::sort(times.begin(), times.end());
  return times;
}

}  // namespace setpoint::tools
