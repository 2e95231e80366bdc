#include "storage/log/hash_chain.h"

#include "storage/base/coding.h"

namespace setpoint::storage {

Digest ChainHash(const Digest& before, Revision revision, std::string_view bytes) {
  return Sha256({before.Bytes(), LogKey(revision), bytes});
}

std::string LogKey(Revision revision) {
  std::string key;
  AppendBigEndian64(key, revision.value);
  return key;
}

std::optional<Revision> RevisionOfLogKey(std::string_view key) {
  ByteReader reader(key);
  const Revision revision(reader.BigEndian64());
  if (!reader.Finished()) return std::nullopt;
  return revision;
}

std::string EncodeLogRecord(const Digest& hash, std::string_view bytes) {
  std::string value;
  value.reserve(Digest::kSize + bytes.size());
  value.append(hash.Bytes()).append(bytes);
  return value;
}

std::optional<LogRecord> DecodeLogRecord(std::string_view value) {
  const std::optional<Digest> hash = Digest::FromBytes(value.substr(0, Digest::kSize));
  if (!hash.has_value()) return std::nullopt;
  return LogRecord{*hash, value.substr(Digest::kSize)};
}

}  // namespace setpoint::storage
