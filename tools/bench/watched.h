// A server with watchers on it and somebody who makes events for them: ours, etcd or NATS, the same to whoever
// measures. One thread.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "tools/bench/push_source.h"
#include "tools/bench/service.h"
#include "tools/bench/swarm.h"

namespace setpoint::tools {

inline constexpr size_t kWatchers = 1'000;

// What is asked of each server for one watch, and the words in its answers.
SwarmOptions OurWatches(uint16_t port, size_t count);
SwarmOptions EtcdWatches(uint16_t port, size_t count);
SwarmOptions NatsWatches(uint16_t port, size_t count);

class Watched {
 public:
  // Each with so many watchers. The pushes go to the repository that the server follows; what is sent is what the
  // source was prepared with, however many events are asked for.
  static absl::StatusOr<std::unique_ptr<Watched>> Ours(std::unique_ptr<Service> server, PushSource& source,
                                                       size_t watchers);
  // Puts with values of 300 bytes, those of one Send in one transaction; acknowledged when it returns.
  static absl::StatusOr<std::unique_ptr<Watched>> Etcd(const std::string& folder, size_t watchers);
  // All events of 300 bytes at once.
  static absl::StatusOr<std::unique_ptr<Watched>> Nats(size_t watchers);

  // Brings so many events on their way.
  absl::Status Send(size_t events) { return send_(events); }
  Swarm& swarm() { return *swarm_; }

 private:
  Watched(std::unique_ptr<Service> service, std::unique_ptr<Swarm> swarm)
      : service_(std::move(service)), swarm_(std::move(swarm)) {}
  static absl::StatusOr<std::unique_ptr<Watched>> Watch(std::unique_ptr<Service> service, const SwarmOptions& options);

  std::unique_ptr<Service> service_;
  std::unique_ptr<Swarm> swarm_;
  std::function<absl::Status(size_t events)> send_;
};

}  // namespace setpoint::tools
