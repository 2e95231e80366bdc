// Git's deltas: how one object is made of the bytes of another. Pure functions; any thread.
//
//   delta  = base size, result size, instruction …
//   size   = seven bits a byte, least significant first, high bit set in all but the last
//   copy   = 1llloooo: for each o that is set, the lowest first, a byte of the offset in the base follows, then
//            likewise for each l one of the length; a length of 0 means 0x10000
//   insert = 0nnnnnnn, then n bytes; n = 0 is no instruction
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace setpoint::storage {

struct DeltaSizes {
  uint64_t base = 0;
  uint64_t result = 0;
  std::string_view instructions;
};

// Nothing where `delta` is cut short within its sizes.
std::optional<DeltaSizes> ReadDeltaSizes(std::string_view delta);

// Writes exactly `size` bytes to `output`. False where the instructions do not give just as many, are cut short, or
// reach outside of `base`; nothing is ever written or read out of bounds.
bool ApplyDelta(std::string_view base, std::string_view instructions, char* output, size_t size);

}  // namespace setpoint::storage
