#include "storage/log/genesis.h"

#include <cstring>

#include "storage/base/check.h"
#include "storage/base/coding.h"
#include "storage/base/hex.h"

namespace setpoint::storage {

Genesis Genesis::Make(const Clock& clock, const RandomSource& random) {
  Genesis genesis;
  const std::string id = random.Bytes(genesis.store_id.size());
  SETPOINT_CHECK(id.size() == genesis.store_id.size(), "as many random bytes as asked for");
  std::memcpy(genesis.store_id.data(), id.data(), id.size());
  genesis.created = clock.NowSeconds();
  return genesis;
}

std::string Genesis::StoreIdHex() const {
  return HexEncode({reinterpret_cast<const char*>(store_id.data()), store_id.size()});
}

std::string Genesis::Encode() const {
  std::string bytes(reinterpret_cast<const char*>(store_id.data()), store_id.size());
  AppendBigEndian64(bytes, static_cast<uint64_t>(created));
  AppendBigEndian32(bytes, format_version);
  return bytes;
}

std::optional<Genesis> Genesis::Decode(std::string_view bytes) {
  Genesis genesis;
  ByteReader reader(bytes);
  const std::string_view id = reader.Take(genesis.store_id.size());
  genesis.created = static_cast<int64_t>(reader.BigEndian64());
  genesis.format_version = reader.BigEndian32();
  if (!reader.Finished()) return std::nullopt;
  std::memcpy(genesis.store_id.data(), id.data(), id.size());
  return genesis;
}

}  // namespace setpoint::storage
