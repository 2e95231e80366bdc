// Where the program takes the time from. Passed in, so that tests and golden logs choose it.
#pragma once

#include <cstdint>

namespace setpoint::storage {

class Clock {
 public:
  virtual ~Clock() = default;
  // Seconds since 1970 UTC. May run backwards; whoever needs order takes the running maximum. Any thread may call it.
  virtual int64_t NowSeconds() const = 0;
};

// The machine's clock.
const Clock& SystemClock();

}  // namespace setpoint::storage
