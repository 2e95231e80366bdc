#include "storage/formats/utf16.h"

#include <cstdint>

#include "storage/formats/utf8.h"

namespace setpoint::storage {
namespace {

constexpr std::string_view kLittleEndianMark = "\xFF\xFE";
constexpr std::string_view kBigEndianMark = "\xFE\xFF";

bool IsHighSurrogate(uint32_t unit) { return unit >= 0xD800 && unit < 0xDC00; }
bool IsLowSurrogate(uint32_t unit) { return unit >= 0xDC00 && unit < 0xE000; }

}  // namespace

bool HasUtf16Mark(std::string_view bytes) {
  return bytes.starts_with(kLittleEndianMark) || bytes.starts_with(kBigEndianMark);
}

std::optional<std::string> Utf8FromUtf16(std::string_view bytes) {
  if (!HasUtf16Mark(bytes) || bytes.size() % 2 != 0) return std::nullopt;
  const size_t high = bytes.starts_with(kLittleEndianMark) ? 1 : 0;
  const auto unit_at = [bytes, high](size_t at) {
    const auto first = static_cast<unsigned char>(bytes[at + high]);
    const auto second = static_cast<unsigned char>(bytes[at + 1 - high]);
    return static_cast<uint32_t>(first << 8 | second);
  };
  std::string text;
  text.reserve(bytes.size() / 2);
  for (size_t at = kBigEndianMark.size(); at < bytes.size(); at += 2) {
    uint32_t character = unit_at(at);
    if (IsHighSurrogate(character)) {
      at += 2;
      const uint32_t low = at < bytes.size() ? unit_at(at) : 0;
      if (!IsLowSurrogate(low)) return std::nullopt;
      character = 0x10000 + ((character - 0xD800) << 10) + (low - 0xDC00);
    } else if (IsLowSurrogate(character)) {
      return std::nullopt;
    }
    AppendUtf8(text, character);
  }
  return text;
}

}  // namespace setpoint::storage
