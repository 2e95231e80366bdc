// Numbers and strings as bytes: big-endian where byte order must be number order (keys), varints elsewhere (values).
// ByteReader never reads past its end: it turns `failed` and every later read gives zero, so that a caller checks once.
// Varints are LEB128, as in Protocol Buffers.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace setpoint::storage {

void AppendBigEndian32(std::string& out, uint32_t value);
void AppendBigEndian64(std::string& out, uint64_t value);
void AppendVarint(std::string& out, uint64_t value);
// Zigzag: small negative numbers stay short.
void AppendSignedVarint(std::string& out, int64_t value);
// A varint length, then the bytes.
void AppendString(std::string& out, std::string_view value);

class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : rest_(bytes) {}

  uint8_t Byte();
  uint32_t BigEndian32();
  uint64_t BigEndian64();
  uint64_t Varint();
  int64_t SignedVarint();
  std::string_view String();
  // Exactly `size` bytes, or nothing and failed.
  std::string_view Take(size_t size);

  bool failed() const { return failed_; }
  bool AtEnd() const { return rest_.empty(); }
  // True where everything was read and nothing was missing: the end of a well-formed record.
  bool Finished() const { return !failed_ && rest_.empty(); }
  std::string_view rest() const { return rest_; }

 private:
  void Fail();

  std::string_view rest_;
  bool failed_ = false;
};

}  // namespace setpoint::storage
