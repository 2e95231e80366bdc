#include "storage/formats/base64.h"

#include <cstdint>

namespace setpoint::storage {
namespace {

int DigitValue(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '+') return 62;
  if (c == '/') return 63;
  return -1;
}

}  // namespace

std::optional<std::string> DecodeBase64(std::string_view text) {
  std::string bytes;
  bytes.reserve(text.size() / 4 * 3);
  uint32_t bits = 0;
  size_t digits = 0;
  size_t padding = 0;
  for (const char c : text) {
    if (c == '\n' || c == '\r') continue;
    if (c == '=') {
      ++padding;
      continue;
    }
    const int value = DigitValue(c);
    if (value < 0 || padding != 0) return std::nullopt;
    bits = (bits << 6) | static_cast<uint32_t>(value);
    ++digits;
    if (digits % 4 == 0) {
      bytes.push_back(static_cast<char>(bits >> 16 & 0xFF));
      bytes.push_back(static_cast<char>(bits >> 8 & 0xFF));
      bytes.push_back(static_cast<char>(bits & 0xFF));
      bits = 0;
    }
  }
  const size_t rest = digits % 4;
  if (rest == 1 || padding != (rest == 0 ? 0 : 4 - rest)) return std::nullopt;
  if (rest >= 2) bytes.push_back(static_cast<char>(bits >> (rest == 2 ? 4 : 10) & 0xFF));
  if (rest == 3) bytes.push_back(static_cast<char>(bits >> 2 & 0xFF));
  return bytes;
}

}  // namespace setpoint::storage
