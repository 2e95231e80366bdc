// Thousands of connections that only read, on one thread: each sends its greeting once, and from then on every marker
// in what it receives counts as one delivery.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace setpoint::tools {

struct SwarmOptions {
  uint16_t port = 0;
  size_t connections = 1;
  std::string greeting;
  // Stands once in what the server says when the connection is ready; empty: it is ready at once.
  std::string ready_marker;
  // Stands once in each delivery, and never across its end.
  std::string marker;
};

class Swarm {
 public:
  // All connections are made and ready.
  static absl::StatusOr<std::unique_ptr<Swarm>> Connect(const SwarmOptions& options);
  ~Swarm();
  Swarm(const Swarm&) = delete;
  Swarm& operator=(const Swarm&) = delete;

  // Reads until every connection has got so many more deliveries: when each got its last, on NowSeconds, in order.
  // kDeadlineExceeded after half a minute.
  absl::StatusOr<std::vector<double>> Await(uint64_t deliveries);

 private:
  struct Connection {
    int socket = -1;
    std::string tail;  // Not yet looked through: less than a marker.
    uint64_t seen = 0;
    double last = 0;
  };

  explicit Swarm(const SwarmOptions& options) : options_(options) {}
  absl::Status Open(Connection& connection);
  // Waits until `count` connections have seen `marker` often enough.
  absl::Status Read(const std::string& marker, uint64_t times);

  const SwarmOptions options_;
  int epoll_ = -1;
  std::vector<Connection> connections_;
};

}  // namespace setpoint::tools
