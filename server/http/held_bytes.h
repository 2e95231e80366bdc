// How many bytes of answers are held for connections, now and at most so far: what a bound on memory is measured by.
// Thread-safe.
#pragma once

#include <atomic>
#include <cstddef>

namespace setpoint::server {

class HeldBytes {
 public:
  size_t current() const { return current_.load(std::memory_order_relaxed); }
  size_t peak() const { return peak_.load(std::memory_order_relaxed); }

  // What one connection holds, as long as this lives. One thread at a time.
  class Charge {
   public:
    explicit Charge(HeldBytes& held) : held_(held) {}
    ~Charge() { held_.current_.fetch_sub(bytes_, std::memory_order_relaxed); }
    Charge(const Charge&) = delete;
    Charge& operator=(const Charge&) = delete;

    // From now on it is so much.
    void Set(size_t bytes) {
      const size_t current = held_.current_.fetch_add(bytes - bytes_, std::memory_order_relaxed) + bytes - bytes_;
      bytes_ = bytes;
      size_t peak = held_.peak_.load(std::memory_order_relaxed);
      while (peak < current && !held_.peak_.compare_exchange_weak(peak, current, std::memory_order_relaxed)) {
      }
    }

   private:
    HeldBytes& held_;
    size_t bytes_ = 0;
  };

 private:
  std::atomic<size_t> current_{0};
  std::atomic<size_t> peak_{0};
};

}  // namespace setpoint::server
