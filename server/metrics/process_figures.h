// What this process uses of the machine, as the kernel counts it. Any thread.
#pragma once

#include <cstdint>

namespace setpoint::server {

struct ProcessFigures {
  uint64_t resident_bytes = 0;
  uint64_t virtual_bytes = 0;
  double cpu_seconds = 0;  // Of all threads, user and system.
  uint64_t threads = 0;
  uint64_t open_descriptors = 0;
  uint64_t descriptors_max = 0;
  double start_time = 0;  // Seconds since 1970.
};

// Figures that the kernel does not give are 0.
ProcessFigures ReadProcessFigures();

}  // namespace setpoint::server
