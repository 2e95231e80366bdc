#include "storage/base/hex.h"

#include <array>
#include <cstdint>

namespace setpoint::storage {
namespace {

constexpr int8_t kNoDigit = -1;

constexpr std::array<int8_t, 256> kDigitValues = [] {
  std::array<int8_t, 256> values{};
  values.fill(kNoDigit);
  for (size_t i = 0; i < 10; ++i) values[static_cast<size_t>('0') + i] = static_cast<int8_t>(i);
  for (size_t i = 0; i < 6; ++i) {
    values[static_cast<size_t>('a') + i] = static_cast<int8_t>(10 + i);
    values[static_cast<size_t>('A') + i] = static_cast<int8_t>(10 + i);
  }
  return values;
}();

}  // namespace

int HexDigitValue(char digit) { return kDigitValues[static_cast<unsigned char>(digit)]; }

std::string HexEncode(std::string_view bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string hex;
  hex.reserve(bytes.size() * 2);
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    hex.push_back(kDigits[byte >> 4]);
    hex.push_back(kDigits[byte & 15]);
  }
  return hex;
}

std::optional<std::string> HexDecode(std::string_view hex) {
  if (hex.size() % 2 != 0) return std::nullopt;
  std::string bytes(hex.size() / 2, '\0');
  for (size_t i = 0; i < hex.size(); i += 2) {
    const int high = HexDigitValue(hex[i]);
    const int low = HexDigitValue(hex[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    bytes[i / 2] = static_cast<char>((high << 4) | low);
  }
  return bytes;
}

}  // namespace setpoint::storage
