// How long to wait before trying again: twice as long each time, up to a bound, and each time a random half less, so
// that a thousand clients of a server that was restarted do not come back in step. One thread.
#pragma once

#include <algorithm>
#include <chrono>

#include "storage/base/random.h"

namespace setpoint::tools {

class BackOff {
 public:
  // `random` must outlive it.
  BackOff(std::chrono::milliseconds first, std::chrono::milliseconds max, const storage::RandomSource& random)
      : first_(first), max_(max), random_(random), next_(first) {}

  // Between half of the pause and all of it.
  std::chrono::milliseconds Next() {
    const auto pause = std::min(next_, max_);
    next_ = std::min(pause * 2, max_);
    const auto byte = static_cast<unsigned char>(random_.Bytes(1).front());
    return pause - pause * byte / 512;
  }

  // After a success.
  void Reset() { next_ = first_; }

 private:
  const std::chrono::milliseconds first_;
  const std::chrono::milliseconds max_;
  const storage::RandomSource& random_;
  std::chrono::milliseconds next_;
};

}  // namespace setpoint::tools
