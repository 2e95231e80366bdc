#include "storage/engine/bulk_chunk.h"

namespace setpoint::storage {

void BulkChunk::Put(Family family, std::string_view key, std::string_view value) {
  RowArena& rows = arena(family);
  const size_t before = rows.bytes();
  rows.Put(key, value);
  bytes_ += rows.bytes() - before;
}

void BulkChunk::Append(const WriteBatch& batch) {
  for (size_t i = 0; i < batch.size(); ++i) {
    const WriteBatch::Operation operation = batch[i];
    if (!operation.deleted) {
      Put(operation.family, operation.key, operation.value);
      continue;
    }
    RowArena& rows = arena(operation.family);
    const size_t before = rows.bytes();
    rows.Delete(operation.key);
    bytes_ += rows.bytes() - before;
  }
}

}  // namespace setpoint::storage
