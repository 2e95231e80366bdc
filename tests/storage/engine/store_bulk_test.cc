#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <random>
#include <thread>

#include "storage/base/concat.h"
#include "storage/engine/bulk_chunk.h"
#include "tests/storage/engine/rows.h"
#include "tests/storage/engine/store_fixture.h"

namespace setpoint::storage {
namespace {

class StoreBulkTest : public StoreTest {
 protected:
  absl::Status IngestRow(std::string_view key, std::string_view value) {
    BulkChunk chunk;
    chunk.Put(Family::kVersions, key, value);
    return store().Ingest(std::move(chunk), WriteBatch());
  }
  std::array<Rows, kFamilyCount> AllRows() {
    std::array<Rows, kFamilyCount> rows;
    for (const FamilyInfo& info : kFamilies) rows[static_cast<size_t>(info.family)] = RowsOf(store(), info.family);
    return rows;
  }
};

TEST_F(StoreBulkTest, GivesTheSameRowsAsLiveWrites) {
  const uint64_t seed = TestSeed();
  SCOPED_TRACE(Concat("SETPOINT_SEED=", seed));
  Open();
  std::mt19937_64 random(seed);
  for (int i = 0; i < 10; ++i) {
    WriteBatch batch;
    PutRandomRows(random, 300, batch);
    ASSERT_TRUE(store().Write(batch).ok());
  }
  const std::array<Rows, kFamilyCount> live = AllRows();
  const std::string format = **store().Get(Family::kMeta, "format");
  for (const FamilyInfo& info : kFamilies) {
    ASSERT_TRUE(store().Clear(info.family).ok());
  }

  Put(Family::kMeta, "format", format);
  random.seed(seed);
  for (int i = 0; i < 10; ++i) {
    BulkChunk chunk;
    PutRandomRows(random, 300, chunk);
    ASSERT_TRUE(store().Ingest(std::move(chunk), WriteBatch()).ok());
  }
  EXPECT_TRUE(AllRows() == live);
  Reopen();
  EXPECT_TRUE(AllRows() == live);
  ASSERT_TRUE(store().Compact().ok());
  EXPECT_TRUE(AllRows() == live);
}

TEST_F(StoreBulkTest, TheLastBatchLiesOnTop) {
  Open();
  Put(Family::kConsumers, "gone", "soon");
  BulkChunk chunk;
  chunk.Put(Family::kMeta, "applied", "1");
  chunk.Put(Family::kLog, "a", "entry");
  EXPECT_GT(chunk.bytes(), 0u);
  WriteBatch last;
  last.Put(Family::kMeta, "applied", "2");
  last.Delete(Family::kConsumers, "gone");
  ASSERT_TRUE(store().Ingest(std::move(chunk), last).ok());
  EXPECT_EQ(*store().Get(Family::kMeta, "applied"), "2");
  EXPECT_EQ(*store().Get(Family::kConsumers, "gone"), std::nullopt);
  EXPECT_EQ(*store().Get(Family::kLog, "a"), "entry");
}

TEST_F(StoreBulkTest, WhatIsStagedComesWithTheNextChunkAndBelowIt) {
  Open();
  Put(Family::kVersions, "a", "old");
  for (const char* value : {"1", "2"}) {
    BulkChunk part;
    for (const char* key : {"a", "b", value}) part.Put(Family::kVersions, key, value);
    part.Put(Family::kLog, value, value);
    ASSERT_TRUE(store().Stage(std::move(part)).ok());
  }
  EXPECT_EQ(*store().Get(Family::kVersions, "a"), "old");
  EXPECT_EQ(*store().Get(Family::kLog, "1"), std::nullopt);
  BulkChunk rest;
  rest.Put(Family::kVersions, "b", "3");
  WriteBatch last;
  last.Put(Family::kMeta, "applied", "1");
  ASSERT_TRUE(store().Ingest(std::move(rest), last).ok());
  EXPECT_EQ(RowsOf(store(), Family::kVersions), (Rows{{"1", "1"}, {"2", "2"}, {"a", "2"}, {"b", "3"}}));
  EXPECT_EQ(RowsOf(store(), Family::kLog), (Rows{{"1", "1"}, {"2", "2"}}));
  EXPECT_EQ(*store().Get(Family::kMeta, "applied"), "1");
  // Once is enough, and the next load begins anew.
  ASSERT_TRUE(IngestRow("b", "4").ok());
  EXPECT_EQ(*store().Get(Family::kVersions, "b"), "4");
  EXPECT_EQ(*store().Get(Family::kVersions, "a"), "2");
}

TEST_F(StoreBulkTest, WhatWasOnlyStagedIsForgotten) {
  Open();
  BulkChunk part;
  part.Put(Family::kVersions, "a", "1");
  ASSERT_TRUE(store().Stage(std::move(part)).ok());
  Reopen();
  ASSERT_TRUE(IngestRow("b", "2").ok());
  EXPECT_EQ(RowsOf(store(), Family::kVersions), (Rows{{"b", "2"}}));
}

TEST_F(StoreBulkTest, AnEmptyChunkIsNothing) {
  Open();
  EXPECT_TRUE(BulkChunk().empty());
  EXPECT_TRUE(store().Ingest(BulkChunk(), WriteBatch()).ok());
  EXPECT_TRUE(store().Stage(BulkChunk()).ok());
}

TEST_F(StoreBulkTest, LiveWritesGoBetweenChunks) {
  Open();
  ASSERT_TRUE(IngestRow("k", "1").ok());
  Put(Family::kVersions, "k", "2");
  ASSERT_TRUE(IngestRow("k", "3").ok());
  EXPECT_EQ(*store().Get(Family::kVersions, "k"), "3");
  Put(Family::kVersions, "k", "4");
  EXPECT_EQ(*store().Get(Family::kVersions, "k"), "4");
  Reopen();
  EXPECT_EQ(*store().Get(Family::kVersions, "k"), "4");
}

TEST_F(StoreBulkTest, LeftoversOfAnInterruptedLoadAreRemoved) {
  Open();
  Close();
  std::filesystem::create_directories(data_directory() + "/bulk");
  std::filesystem::copy_file(data_directory() + "/store/CURRENT", data_directory() + "/bulk/log.sst");
  Open(OpenMode::kReadWrite);
  EXPECT_FALSE(std::filesystem::exists(data_directory() + "/bulk"));
  EXPECT_TRUE(IngestRow("k", "1").ok());
}

// A pipeline ingests on one thread while others read: a reader sees a chunk whole or not at all.
TEST_F(StoreBulkTest, ReadersSeeWholeChunks) {
  Open();
  std::atomic<bool> done = false;
  std::thread writer([&] {
    for (int i = 1; i <= 20; ++i) {
      BulkChunk chunk;
      chunk.Put(Family::kVersions, "k", Concat(i));
      chunk.Put(Family::kFiles, "k", Concat(i));
      EXPECT_TRUE(store().Ingest(std::move(chunk), WriteBatch()).ok());
    }
    done = true;
  });
  while (!done) {
    const std::unique_ptr<RowReader> view = store().View();
    const auto version = view->Get(Family::kVersions, "k");
    const auto file = view->Get(Family::kFiles, "k");
    ASSERT_TRUE(version.ok() && file.ok());
    EXPECT_EQ(*version, *file);
  }
  writer.join();
}

}  // namespace
}  // namespace setpoint::storage
