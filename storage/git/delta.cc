#include "storage/git/delta.h"

#include <cstring>

namespace setpoint::storage {

namespace {

bool TakeSize(std::string_view& text, uint64_t& size) {
  size = 0;
  for (unsigned shift = 0; shift < 63 && !text.empty(); shift += 7) {
    const auto byte = static_cast<uint8_t>(text.front());
    text.remove_prefix(1);
    size |= uint64_t{byte & 0x7fU} << shift;
    if ((byte & 0x80) == 0) return true;
  }
  return false;
}

// The bytes of a number that `mask` says are there, taken off `at`; they are there.
uint32_t TakeSparse(const uint8_t*& at, uint32_t mask) {
  uint32_t number = 0;
  for (unsigned shift = 0; mask != 0; mask >>= 1, shift += 8) {
    if ((mask & 1) != 0) number |= uint32_t{*at++} << shift;
  }
  return number;
}

}  // namespace

std::optional<DeltaSizes> ReadDeltaSizes(std::string_view delta) {
  DeltaSizes sizes;
  if (!TakeSize(delta, sizes.base) || !TakeSize(delta, sizes.result)) return std::nullopt;
  sizes.instructions = delta;
  return sizes;
}

bool ApplyDelta(std::string_view base, std::string_view instructions, char* output, size_t size) {
  const auto* at = reinterpret_cast<const uint8_t*>(instructions.data());
  const uint8_t* const end = at + instructions.size();
  char* const output_end = output + size;
  while (at != end) {
    const uint32_t operation = *at++;
    const auto room = static_cast<size_t>(output_end - output);
    if ((operation & 0x80) != 0) {
      if (end - at < __builtin_popcount(operation & 0x7f)) return false;
      const size_t offset = TakeSparse(at, operation & 0x0f);
      const uint32_t given = TakeSparse(at, (operation >> 4) & 0x07);
      const size_t length = given == 0 ? 0x10000 : given;
      if (length > room || offset > base.size() || length > base.size() - offset) return false;
      std::memcpy(output, base.data() + offset, length);
      output += length;
    } else {
      if (operation == 0 || operation > room || operation > static_cast<size_t>(end - at)) return false;
      std::memcpy(output, at, operation);
      at += operation;
      output += operation;
    }
  }
  return output == output_end;
}

}  // namespace setpoint::storage
