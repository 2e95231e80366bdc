#include "storage/log/fact_keys.h"

#include "storage/base/coding.h"

namespace setpoint::storage {

std::string ContentKey::Encode() const {
  std::string bytes;
  bytes.reserve(16);
  AppendBigEndian32(bytes, resource.value);
  AppendBigEndian64(bytes, revision.value);
  AppendBigEndian32(bytes, index);
  return bytes;
}

std::optional<ContentKey> ContentKey::Decode(std::string_view bytes) {
  ByteReader reader(bytes);
  ContentKey key;
  key.resource = ResourceId(reader.BigEndian32());
  key.revision = Revision(reader.BigEndian64());
  key.index = reader.BigEndian32();
  if (!reader.Finished()) return std::nullopt;
  return key;
}

std::string TextKey::Encode() const {
  std::string bytes;
  bytes.reserve(12);
  AppendBigEndian32(bytes, path.value);
  AppendBigEndian64(bytes, revision.value);
  return bytes;
}

std::optional<TextKey> TextKey::Decode(std::string_view bytes) {
  ByteReader reader(bytes);
  TextKey key;
  key.path = PathId(reader.BigEndian32());
  key.revision = Revision(reader.BigEndian64());
  if (!reader.Finished()) return std::nullopt;
  return key;
}

}  // namespace setpoint::storage
