#include "storage/ingest/row_digest.h"

#include <string>

#include "storage/base/coding.h"
#include "storage/base/digest.h"

namespace setpoint::storage {

void RowDigest::Add(std::string_view key, std::string_view value) {
  std::string key_size;
  AppendVarint(key_size, key.size());
  const Digest digest = Sha256({key_size, key, value});
  ByteReader reader(digest.Bytes());
  ++rows_;
  low_ += reader.BigEndian64();
  high_ += reader.BigEndian64();
}

}  // namespace setpoint::storage
