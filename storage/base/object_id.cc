#include "storage/base/object_id.h"

#include "storage/base/hex.h"

namespace setpoint::storage {

std::string ObjectId::Hex() const { return HexEncode(Bytes()); }

std::optional<ObjectId> ObjectId::FromHex(std::string_view hex) {
  const std::optional<std::string> raw = HexDecode(hex);
  return raw ? FromBytes(*raw) : std::nullopt;
}

std::optional<ObjectId> ObjectId::FromBytes(std::string_view raw) {
  if (raw.size() != kSize) return std::nullopt;
  ObjectId id;
  std::memcpy(id.bytes.data(), raw.data(), kSize);
  return id;
}

}  // namespace setpoint::storage
