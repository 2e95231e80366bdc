#include "storage/engine/write_batch.h"

#include "storage/base/check.h"

namespace setpoint::storage {

void WriteBatch::Put(Family family, std::string_view key, std::string_view value) {
  SETPOINT_CHECK(!key.empty(), "a row needs a key");
  operations_.push_back({family, false, data_.size(), key.size(), value.size()});
  data_.append(key).append(value);
}

void WriteBatch::Delete(Family family, std::string_view key) {
  SETPOINT_CHECK(!key.empty(), "a row needs a key");
  operations_.push_back({family, true, data_.size(), key.size(), 0});
  data_.append(key);
}

void WriteBatch::Clear() {
  data_.clear();
  operations_.clear();
}

WriteBatch::Operation WriteBatch::operator[](size_t index) const {
  const Span& span = operations_[index];
  const std::string_view bytes = std::string_view(data_).substr(span.offset, span.key_size + span.value_size);
  return {span.family, span.deleted, bytes.substr(0, span.key_size), bytes.substr(span.key_size)};
}

}  // namespace setpoint::storage
