// Names of requests, by which an operator finds the lines of one of them. Thread-safe.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace setpoint::server {

class RequestIds {
 public:
  // `seed` tells this run of the server from others.
  explicit RequestIds(uint64_t seed) : seed_(seed) {}

  // What the client (or a proxy before us) calls it, where that is sane: 1 to 128 letters, digits, '-', '_', '.', ':'.
  // Else a new one.
  std::string Of(std::optional<std::string_view> header);

 private:
  const uint64_t seed_;
  std::atomic<uint64_t> next_{0};
};

}  // namespace setpoint::server
