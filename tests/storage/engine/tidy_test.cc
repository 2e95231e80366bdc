#include "storage/engine/tidy.h"

#include <gtest/gtest.h>

#include <atomic>

#include "storage/base/concat.h"
#include "storage/engine/bulk_chunk.h"
#include "storage/engine/store_figures.h"
#include "tests/storage/engine/rows.h"
#include "tests/storage/engine/store_fixture.h"

namespace setpoint::storage {
namespace {

class TidyTest : public StoreTest {
 protected:
  // Each chunk spans the keys of the one before, so that its file lies above it.
  void IngestChunks(int count) {
    for (int chunk_number = 0; chunk_number < count; ++chunk_number) {
      BulkChunk chunk;
      for (int i = 0; i < 100; ++i) chunk.Put(Family::kContent, Concat("key ", i, " ", chunk_number), "value");
      ASSERT_TRUE(store().Ingest(std::move(chunk), WriteBatch()).ok());
    }
  }
  uint64_t LevelsWithFiles() {
    uint64_t levels = 0;
    for (const uint64_t files : FiguresOf(store()).level_files) levels += files > 0 ? 1 : 0;
    return levels;
  }

  std::atomic<bool> cancelled_{false};
};

TEST_F(TidyTest, ManyLevelsBecomeFewAndKeepTheirRows) {
  Open();
  IngestChunks(6);
  ASSERT_GE(LevelsWithFiles(), 6u);
  const Rows before = RowsOf(store(), Family::kContent);
  ASSERT_TRUE(TidyLevels(store(), cancelled_).ok());
  EXPECT_LE(LevelsWithFiles(), 2u);
  EXPECT_TRUE(RowsOf(store(), Family::kContent) == before);
  Reopen();
  EXPECT_TRUE(RowsOf(store(), Family::kContent) == before);
}

TEST_F(TidyTest, FewLevelsAndCancelledCallsAreLeftAsTheyAre) {
  Open();
  IngestChunks(2);
  const uint64_t levels = LevelsWithFiles();
  ASSERT_TRUE(TidyLevels(store(), cancelled_).ok());
  EXPECT_EQ(LevelsWithFiles(), levels);
  IngestChunks(6);
  const uint64_t more = LevelsWithFiles();
  cancelled_ = true;
  ASSERT_TRUE(TidyLevels(store(), cancelled_).ok());
  EXPECT_EQ(LevelsWithFiles(), more);
}

// Rows that were read are remembered (rocksdb_options.cc), but no longer than they are there.
TEST_F(TidyTest, ARowThatWasReadIsGoneAfterItsFamilyIsCleared) {
  Open();
  IngestChunks(1);
  ASSERT_EQ(*store().Get(Family::kContent, "key 7 0"), "value");
  ASSERT_TRUE(store().Clear(Family::kContent).ok());
  EXPECT_EQ(*store().Get(Family::kContent, "key 7 0"), std::nullopt);
}

}  // namespace
}  // namespace setpoint::storage
