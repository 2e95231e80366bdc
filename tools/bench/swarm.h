// Thousands of connections that only read, on one thread: each sends its greeting once, and from then on every marker
// in what it receives counts as one delivery.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace setpoint::tools {

struct SwarmOptions {
  uint16_t port = 0;
  size_t connections = 1;
  std::vector<std::string> greetings;  // The connections take them in turn.
  // Stands once in what the server says when the connection is ready.
  std::string ready_marker;
  // Stands once in each delivery, and never across its end. Of Await.
  std::string marker = {};
  double opening_seconds_max = 60;
};

class Swarm {
 public:
  // All connections are made and ready. kUnavailable: one was refused, or ended by the server; or time is over.
  static absl::StatusOr<std::unique_ptr<Swarm>> Connect(const SwarmOptions& options);
  ~Swarm();
  Swarm(const Swarm&) = delete;
  Swarm& operator=(const Swarm&) = delete;

  // What a connection has received; nothing: the server has ended it, and nothing more comes.
  using Receive = std::function<void(size_t connection, std::string_view bytes)>;
  // Reads what has come, or comes in so many milliseconds.
  void Poll(int milliseconds, const Receive& receive);

  // Reads until every connection has got so many more deliveries: when each got its last, on NowSeconds, in order.
  // kDeadlineExceeded after half a minute.
  absl::StatusOr<std::vector<double>> Await(uint64_t deliveries);
  // Received since the connections were ready.
  uint64_t bytes() const { return bytes_; }

 private:
  struct Connection {
    int socket = -1;
    std::string tail;  // Not yet looked through: less than a marker.
    uint64_t seen = 0;
    double last = 0;
  };

  explicit Swarm(const SwarmOptions& options);
  absl::Status Open(size_t number);
  absl::Status AwaitReady();
  // Counts markers in what a connection has received.
  static uint64_t Count(Connection& connection, std::string_view bytes, const std::string& marker);

  const SwarmOptions options_;
  const int epoll_;
  uint64_t bytes_ = 0;
  std::vector<Connection> connections_;
  std::vector<char> room_;
};

}  // namespace setpoint::tools
