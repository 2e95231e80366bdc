// How requests went, by route, method and class of status: counts and durations in fixed buckets. Labels come from the
// table of routes, never from what a client sent, so there are only so many. Written by sessions with relaxed additions
// to cache lines of their own, read by whoever reports. Thread-safe.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "server/http/request.h"

namespace setpoint::server {

class RequestStats {
 public:
  // Upper bounds of the buckets; a last one has none. From what a read of one resource costs to what a client waits
  // for.
  static constexpr std::array<double, 15> kBucketSeconds = {
      0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 2.5, 10.0};
  static constexpr size_t kBucketCount = kBucketSeconds.size() + 1;

  struct Outcome {
    size_t route = 0;  // Of Router::Match.
    Method method = Method::kGet;
    unsigned status = 200;
    std::chrono::nanoseconds duration{0};
    uint64_t sent_bytes = 0;
  };

  struct Series {
    std::string_view route;
    std::string_view method;  // "GET" (HEAD among them), "POST", "other".
    unsigned status_class = 2;
    std::array<uint64_t, kBucketCount> buckets{};  // Each alone, not summed up.
    double seconds = 0;
    uint64_t sent_bytes = 0;
  };

  // `routes` as in Router::routes.
  explicit RequestStats(std::vector<std::string> routes);

  void Count(const Outcome& outcome);

  // What has been counted at least once.
  std::vector<Series> All() const;

 private:
  static constexpr size_t kMethods = 3;
  static constexpr size_t kClasses = 5;  // 1xx to 5xx.

  struct alignas(64) Cell {
    std::array<std::atomic<uint64_t>, kBucketCount> buckets{};
    std::atomic<uint64_t> nanoseconds{0};
    std::atomic<uint64_t> sent_bytes{0};
  };

  const std::vector<std::string> routes_;
  std::vector<Cell> cells_;  // By route, then method, then class.
};

}  // namespace setpoint::server
