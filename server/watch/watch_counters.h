// In which state the open streams are, and what they were sent. Written by the streams, read by whoever reports.
// Thread-safe.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace setpoint::server {

// kCatchingUp: reads the log for it. kLive: has everything, and sleeps. kStalled: waits until the client's socket takes
// what was read for it.
enum class WatcherState : uint8_t { kCatchingUp, kLive, kStalled };
inline constexpr size_t kWatcherStateCount = 3;

struct WatchCounters {
  std::array<std::atomic<uint64_t>, kWatcherStateCount> watchers{};  // By WatcherState.
  std::atomic<uint64_t> queued_bytes{0};                             // Read from the log, not yet taken by a socket.
  std::atomic<uint64_t> opened{0};
  std::atomic<uint64_t> events{0};  // Sent, to all watchers together.
  std::atomic<uint64_t> sent_bytes{0};
};

// One watcher's part of the counters; gone with it.
class CountedWatcher {
 public:
  explicit CountedWatcher(WatchCounters& counters) : counters_(counters) {
    counters_.opened.fetch_add(1, std::memory_order_relaxed);
    Enter(WatcherState::kCatchingUp);
  }
  ~CountedWatcher() {
    SetQueued(0);
    Leave();
  }
  CountedWatcher(const CountedWatcher&) = delete;
  CountedWatcher& operator=(const CountedWatcher&) = delete;

  void Enter(WatcherState state) {
    if (state_ == state) return;
    Leave();
    state_ = state;
    counters_.watchers[static_cast<size_t>(state)].fetch_add(1, std::memory_order_relaxed);
  }
  void SetQueued(uint64_t bytes) {
    counters_.queued_bytes.fetch_add(bytes - queued_bytes_, std::memory_order_relaxed);  // Wraps around where less.
    queued_bytes_ = bytes;
  }
  void CountSent(uint64_t events, uint64_t bytes) {
    counters_.events.fetch_add(events, std::memory_order_relaxed);
    counters_.sent_bytes.fetch_add(bytes, std::memory_order_relaxed);
  }

 private:
  void Leave() {
    if (state_) counters_.watchers[static_cast<size_t>(*state_)].fetch_sub(1, std::memory_order_relaxed);
  }

  WatchCounters& counters_;
  std::optional<WatcherState> state_;
  uint64_t queued_bytes_ = 0;
};

}  // namespace setpoint::server
