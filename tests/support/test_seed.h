// How much a random test does, and from which seeds. SETPOINT_SEED=n repeats one round; SETPOINT_TEST_LONG=1 asks for
// the long form of measures.md.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <string>

namespace setpoint::test {

struct SeedRange {
  uint64_t first = 1;
  uint64_t count = 0;
};

inline bool IsLongRun() { return std::getenv("SETPOINT_TEST_LONG") != nullptr; }

inline SeedRange SeedsToRun(uint64_t default_count, uint64_t long_count) {
  if (const char* seed = std::getenv("SETPOINT_SEED"); seed != nullptr) return {std::stoull(seed), 1};
  return {1, IsLongRun() ? long_count : default_count};
}

}  // namespace setpoint::test
