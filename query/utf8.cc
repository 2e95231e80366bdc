#include "query/utf8.h"

#include "storage/formats/utf8.h"

namespace setpoint::query {

CodePoint NextCodePoint(std::string_view text) {
  const size_t size = storage::Utf8CharacterSize(text);
  if (size == 0) return {};
  const auto lead = static_cast<unsigned char>(text.front());
  if (size == 1) return {lead, 1, true};
  char32_t value = lead & (0xFFU >> (size + 1));
  for (size_t i = 1; i < size; ++i) value = value << 6 | (static_cast<unsigned char>(text[i]) & 0x3FU);
  return {value, size, true};
}

}  // namespace setpoint::query
