#include "storage/base/coding.h"

namespace setpoint::storage {

void AppendBigEndian32(std::string& out, uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<char>(value >> shift));
}

void AppendBigEndian64(std::string& out, uint64_t value) {
  for (int shift = 56; shift >= 0; shift -= 8) out.push_back(static_cast<char>(value >> shift));
}

void AppendVarint(std::string& out, uint64_t value) {
  while (value >= 0x80) {
    out.push_back(static_cast<char>(value | 0x80));
    value >>= 7;
  }
  out.push_back(static_cast<char>(value));
}

void AppendSignedVarint(std::string& out, int64_t value) {
  AppendVarint(out, (static_cast<uint64_t>(value) << 1) ^ static_cast<uint64_t>(value >> 63));
}

void AppendString(std::string& out, std::string_view value) {
  AppendVarint(out, value.size());
  out.append(value);
}

void ByteReader::Fail() {
  failed_ = true;
  rest_ = {};
}

std::string_view ByteReader::Take(size_t size) {
  if (size > rest_.size()) {
    Fail();
    return {};
  }
  const std::string_view taken = rest_.substr(0, size);
  rest_.remove_prefix(size);
  return taken;
}

uint8_t ByteReader::Byte() {
  const std::string_view byte = Take(1);
  return byte.empty() ? 0 : static_cast<uint8_t>(byte[0]);
}

uint32_t ByteReader::BigEndian32() {
  uint32_t value = 0;
  for (const char c : Take(4)) value = (value << 8) | static_cast<uint8_t>(c);
  return value;
}

uint64_t ByteReader::BigEndian64() {
  uint64_t value = 0;
  for (const char c : Take(8)) value = (value << 8) | static_cast<uint8_t>(c);
  return value;
}

uint64_t ByteReader::Varint() {
  uint64_t value = 0;
  for (int shift = 0; shift < 64; shift += 7) {
    const uint8_t byte = Byte();
    if (failed_) return 0;
    value |= static_cast<uint64_t>(byte & 0x7f) << shift;
    if ((byte & 0x80) == 0) return value;
  }
  Fail();
  return 0;
}

int64_t ByteReader::SignedVarint() {
  const uint64_t value = Varint();
  return static_cast<int64_t>(value >> 1) ^ -static_cast<int64_t>(value & 1);
}

std::string_view ByteReader::String() {
  const uint64_t size = Varint();
  return failed_ ? std::string_view() : Take(size);
}

}  // namespace setpoint::storage
