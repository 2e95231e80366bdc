// Where rows are written before they become durable together. Two implementations: WriteBatch (a live entry: one
// synced RocksDB batch) and BulkChunk (many whole entries: sorted files, ingested at once).
#pragma once

#include <string_view>

#include "storage/engine/family.h"

namespace setpoint::storage {

class RowSink {
 public:
  virtual ~RowSink() = default;
  // The last Put of a key wins. Both are copied. One thread at a time.
  virtual void Put(Family family, std::string_view key, std::string_view value) = 0;
};

}  // namespace setpoint::storage
