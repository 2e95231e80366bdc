// Where the program takes randomness from. Passed in, so that tests and golden logs choose it.
#pragma once

#include <cstddef>
#include <string>

namespace setpoint::storage {

class RandomSource {
 public:
  virtual ~RandomSource() = default;
  // `size` unpredictable bytes. Any thread may call it.
  virtual std::string Bytes(size_t size) const = 0;
};

// The operating system's generator.
const RandomSource& SystemRandom();

}  // namespace setpoint::storage
