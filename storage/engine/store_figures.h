// What a store does and holds, as numbers for its operator. Plain data.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "storage/engine/family.h"

namespace setpoint::storage {

inline constexpr size_t kLevelCount = 7;  // RocksDB's default, which no family changes.

struct StoreFigures {
  // What there is just now.
  std::array<uint64_t, kFamilyCount> family_bytes{};  // Live files, by Family.
  std::array<uint64_t, kLevelCount> level_files{};    // Of all families.
  uint64_t memtable_bytes = 0;
  uint64_t table_reader_bytes = 0;  // Indexes and filters outside of the block cache.
  uint64_t block_cache_bytes = 0;
  uint64_t block_cache_pinned_bytes = 0;
  uint64_t block_cache_bytes_max = 0;
  uint64_t compaction_pending_bytes = 0;  // An estimate.
  uint64_t compactions_running = 0;
  uint64_t flushes_running = 0;
  uint64_t snapshots = 0;
  bool writes_stopped = false;

  // Counted since the store was opened; all 0 in a store that is only read, background_errors excepted.
  uint64_t block_cache_hits = 0;
  uint64_t block_cache_misses = 0;
  uint64_t bloom_filter_useful = 0;  // Reads of files spared by it.
  uint64_t wal_syncs = 0;
  uint64_t wal_bytes = 0;
  uint64_t flushed_bytes = 0;
  uint64_t compaction_read_bytes = 0;
  uint64_t compaction_written_bytes = 0;
  uint64_t stalled_microseconds = 0;  // Writers waited so long for compactions.
  uint64_t background_errors = 0;
};

// All 0 of a store that keeps no files. Takes RocksDB's locks for some microseconds: not for a hot path. Any thread.
class Store;
StoreFigures FiguresOf(const Store& store);

}  // namespace setpoint::storage
