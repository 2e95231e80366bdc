#include "storage/engine/store_figures.h"

#include <gtest/gtest.h>

#include <numeric>

#include "tests/storage/engine/store_fixture.h"

namespace setpoint::storage {
namespace {

class StoreFiguresTest : public StoreTest {};

TEST_F(StoreFiguresTest, CountsEverySyncedWrite) {
  Open();
  const StoreFigures before = FiguresOf(store());
  for (int i = 0; i < 5; ++i) Put(Family::kLog, "k", std::string(1'000, 'v'));
  const StoreFigures after = FiguresOf(store());
  EXPECT_EQ(after.wal_syncs, before.wal_syncs + 5);
  EXPECT_GE(after.wal_bytes, before.wal_bytes + 5'000);
  EXPECT_GE(after.memtable_bytes, before.memtable_bytes + 5'000);
  EXPECT_EQ(after.background_errors, 0U);
  EXPECT_FALSE(after.writes_stopped);
}

TEST_F(StoreFiguresTest, KnowsFilesLevelsAndTheCache) {
  Open();
  Put(Family::kLog, "k", std::string(1'000, 'v'));
  ASSERT_TRUE(store().Compact().ok());
  const StoreFigures compacted = FiguresOf(store());
  EXPECT_GT(compacted.family_bytes[static_cast<size_t>(Family::kLog)], 0U);
  EXPECT_EQ(compacted.family_bytes[static_cast<size_t>(Family::kContent)], 0U);
  EXPECT_GE(std::accumulate(compacted.level_files.begin(), compacted.level_files.end(), uint64_t{0}), 1U);
  EXPECT_GT(compacted.flushed_bytes, 0U);
  ASSERT_TRUE(store().Get(Family::kLog, "k").ok());
  ASSERT_TRUE(store().Get(Family::kLog, "k").ok());
  const StoreFigures read = FiguresOf(store());
  EXPECT_GT(read.block_cache_misses + read.block_cache_hits, compacted.block_cache_misses + compacted.block_cache_hits);
  EXPECT_GT(read.block_cache_hits, compacted.block_cache_hits);
  EXPECT_GT(read.block_cache_bytes_max, read.block_cache_bytes);
}

}  // namespace
}  // namespace setpoint::storage
