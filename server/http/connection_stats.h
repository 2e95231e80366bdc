// How connections went. Written by the listener and the sessions, read by whoever reports. Thread-safe.
#pragma once

#include <atomic>
#include <cstdint>

namespace setpoint::server {

struct ConnectionStats {
  std::atomic<uint64_t> open{0};
  std::atomic<uint64_t> accepted{0};
  std::atomic<uint64_t> accept_errors{0};  // Out of file descriptors, most of the time.
  std::atomic<uint64_t> evicted{0};        // Closed while they waited, to make room.
  std::atomic<uint64_t> turned_away{0};    // No room, and nobody waited.
};

inline void Increment(std::atomic<uint64_t>& counter) { counter.fetch_add(1, std::memory_order_relaxed); }

}  // namespace setpoint::server
