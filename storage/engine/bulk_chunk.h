// The rows of many whole entries, on their way into sorted files (Store::Ingest). Built on one thread, then moved to
// the thread that ingests it. A chunk is full at kBulkChunkBytesMax (base/limits.h); the caller ends it at an entry's
// end.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include "storage/engine/family.h"
#include "storage/engine/row_arena.h"
#include "storage/engine/row_sink.h"
#include "storage/engine/write_batch.h"

namespace setpoint::storage {

class BulkChunk final : public RowSink {
 public:
  BulkChunk() = default;
  BulkChunk(BulkChunk&&) = default;
  BulkChunk& operator=(BulkChunk&&) = default;

  void Put(Family family, std::string_view key, std::string_view value) override;
  // Adds what a batch does, after all rows put so far.
  void Append(const WriteBatch& batch);

  // What the chunk takes in memory: rows as put, also those put over later.
  size_t bytes() const { return bytes_; }
  bool empty() const { return bytes_ == 0; }

  // For Store::Ingest.
  RowArena& arena(Family family) { return arenas_[static_cast<size_t>(family)]; }

 private:
  std::array<RowArena, kFamilyCount> arenas_;
  size_t bytes_ = 0;
};

}  // namespace setpoint::storage
