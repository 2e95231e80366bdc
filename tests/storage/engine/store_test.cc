#include "storage/engine/store.h"

#include <gtest/gtest.h>

#include "storage/base/concat.h"
#include "storage/base/thread_role.h"
#include "storage/engine/bulk_chunk.h"
#include "tests/storage/engine/store_fixture.h"

namespace setpoint::storage {
namespace {

using Row = std::pair<std::string, std::string>;

class StoreReadTest : public StoreTest {
 protected:
  std::optional<Row> First(std::string_view key, std::string_view prefix) {
    const auto row = store().First(Family::kVersions, key, prefix);
    EXPECT_TRUE(row.ok()) << row.status();
    return row.value_or(std::nullopt);
  }
  std::optional<Row> Last(std::string_view key, std::string_view prefix) {
    const auto row = store().Last(Family::kVersions, key, prefix);
    EXPECT_TRUE(row.ok()) << row.status();
    return row.value_or(std::nullopt);
  }
};

#ifndef NDEBUG
using StoreReadDeathTest = StoreReadTest;

TEST_F(StoreReadDeathTest, NothingIsReadOrWrittenOnAThreadOfSockets) {
  Open();
  WriteBatch batch;
  batch.Put(Family::kMeta, "k", "1");
  ASSERT_TRUE(store().Write(batch).ok());
  const auto rows = store().Scan(Family::kMeta, "");
  {
    const NoBlockingHere sockets_alone;
    constexpr char kMessage[] = "use a worker";
    EXPECT_DEATH(static_cast<void>(store().Get(Family::kMeta, "k")), kMessage);
    EXPECT_DEATH(static_cast<void>(store().Scan(Family::kMeta, "")), kMessage);
    EXPECT_DEATH(static_cast<void>(store().First(Family::kMeta, "", "")), kMessage);
    EXPECT_DEATH(static_cast<void>(store().Last(Family::kMeta, "k", "")), kMessage);
    EXPECT_DEATH(static_cast<void>(store().View()->Get(Family::kMeta, "k")), kMessage);
    EXPECT_DEATH(rows->Next(), kMessage);
    EXPECT_DEATH(static_cast<void>(store().Write(batch)), kMessage);
  }
  EXPECT_EQ(*store().Get(Family::kMeta, "k"), "1") << "the mark is gone with its object";
}
#endif

TEST_F(StoreReadTest, ABatchIsAppliedInOrder) {
  Open();
  WriteBatch batch;
  batch.Put(Family::kMeta, "k", "1");
  batch.Put(Family::kMeta, "k", "2");
  batch.Put(Family::kLog, "gone", "1");
  batch.Delete(Family::kLog, "gone");
  batch.Delete(Family::kLog, "never there");
  ASSERT_TRUE(store().Write(batch).ok());
  EXPECT_EQ(*store().Get(Family::kMeta, "k"), "2");
  EXPECT_EQ(*store().Get(Family::kLog, "gone"), std::nullopt);
  EXPECT_EQ(*store().Get(Family::kLog, "k"), std::nullopt);
  Reopen();
  EXPECT_EQ(*store().Get(Family::kMeta, "k"), "2");
}

TEST_F(StoreReadTest, AScanKeepsToItsPrefix) {
  Open();
  for (const char* const key : {"a", "b", "b1", "b2", "c"}) Put(Family::kVersions, key, "");
  Put(Family::kFiles, "b3", "");
  EXPECT_EQ(RowsOf(store(), Family::kVersions, "b"), (Rows{{"b", ""}, {"b1", ""}, {"b2", ""}}));
  EXPECT_EQ(RowsOf(store(), Family::kVersions, "x"), Rows());
  EXPECT_EQ(RowsOf(store(), Family::kVersions).size(), 5u);
}

TEST_F(StoreReadTest, APrefixOfLargestBytesHasNoEnd) {
  Open();
  for (const char* const key : {"\xfe", "\xff", "\xff\xff", "\xff\xff\x01"}) Put(Family::kVersions, key, "");
  EXPECT_EQ(RowsOf(store(), Family::kVersions, "\xff\xff").size(), 2u);
  EXPECT_EQ(RowsOf(store(), Family::kVersions, "\xfe").size(), 1u);
  EXPECT_EQ(Last("\xff\xff\xff", "\xff"), Row("\xff\xff\x01", ""));
}

TEST_F(StoreReadTest, AScanSeeksWithinItsPrefix) {
  Open();
  for (const char* const key : {"a", "b1", "b3", "c"}) Put(Family::kVersions, key, "");
  const std::unique_ptr<RowIterator> row = store().Scan(Family::kVersions, "b");
  row->Seek("b2");
  ASSERT_TRUE(row->Valid());
  EXPECT_EQ(row->Key(), "b3");
  row->Seek("a");
  ASSERT_TRUE(row->Valid());
  EXPECT_EQ(row->Key(), "b1");
  row->Seek("b4");
  EXPECT_FALSE(row->Valid());
  EXPECT_TRUE(row->Status().ok());
}

TEST_F(StoreReadTest, FirstAndLastAnswerAroundEveryPlace) {
  Open();
  for (const char* const key : {"a9", "b2", "b4", "c0"}) Put(Family::kVersions, key, key);
  EXPECT_EQ(First("b1", "b"), Row("b2", "b2"));  // Before the first.
  EXPECT_EQ(First("b2", "b"), Row("b2", "b2"));  // The first.
  EXPECT_EQ(First("b3", "b"), Row("b4", "b4"));  // In a gap.
  EXPECT_EQ(First("b5", "b"), std::nullopt);     // After the last.
  EXPECT_EQ(First("a", "b"), Row("b2", "b2"));   // Before the prefix.
  EXPECT_EQ(First("c", "b"), std::nullopt);      // After it.
  EXPECT_EQ(Last("b1", "b"), std::nullopt);
  EXPECT_EQ(Last("b2", "b"), Row("b2", "b2"));
  EXPECT_EQ(Last("b3", "b"), Row("b2", "b2"));
  EXPECT_EQ(Last("b5", "b"), Row("b4", "b4"));
  EXPECT_EQ(Last("a", "b"), std::nullopt);
  EXPECT_EQ(Last("d", "b"), Row("b4", "b4"));
  EXPECT_EQ(Last("c", "b"), Row("b4", "b4"));
}

TEST_F(StoreReadTest, AViewStaysAsItWas) {
  Open();
  Put(Family::kVersions, "k", "1");
  const std::unique_ptr<RowReader> view = store().View();
  Put(Family::kVersions, "k", "2");
  BulkChunk chunk;
  chunk.Put(Family::kVersions, "l", "3");
  ASSERT_TRUE(store().Ingest(std::move(chunk), WriteBatch()).ok());
  EXPECT_EQ(*view->Get(Family::kVersions, "k"), "1");
  EXPECT_EQ(RowsOf(*view, Family::kVersions), (Rows{{"k", "1"}}));
  EXPECT_EQ(*view->First(Family::kVersions, "k", ""), Row("k", "1"));
  EXPECT_EQ(*view->Last(Family::kVersions, "z", ""), Row("k", "1"));
  EXPECT_EQ(RowsOf(store(), Family::kVersions), (Rows{{"k", "2"}, {"l", "3"}}));
}

TEST_F(StoreReadTest, ClearTakesOneFamilyOnly) {
  Open();
  Put(Family::kVersions, std::string(3, '\xff'), "1");
  Put(Family::kVersions, std::string(1, '\0'), "1");
  Put(Family::kFiles, "k", "1");
  ASSERT_TRUE(store().Clear(Family::kVersions).ok());
  ASSERT_TRUE(store().Clear(Family::kTerms).ok());  // Empty already.
  EXPECT_EQ(RowsOf(store(), Family::kVersions), Rows());
  EXPECT_EQ(RowsOf(store(), Family::kFiles), (Rows{{"k", "1"}}));
  Put(Family::kVersions, "k", "2");
  EXPECT_EQ(RowsOf(store(), Family::kVersions), (Rows{{"k", "2"}}));
  Reopen();
  EXPECT_EQ(RowsOf(store(), Family::kVersions), (Rows{{"k", "2"}}));
}

TEST_F(StoreReadTest, CompactionKeepsRowsAndShrinksFiles) {
  Open();
  for (int chunk_number = 0; chunk_number < 3; ++chunk_number) {
    BulkChunk chunk;
    for (int i = 0; i < 2'000; ++i) chunk.Put(Family::kTexts, Concat("text ", i), std::string(500, 'x'));
    ASSERT_TRUE(store().Ingest(std::move(chunk), WriteBatch()).ok());
  }
  const Rows before = RowsOf(store(), Family::kTexts);
  const uint64_t bytes = store().FamilyBytes(Family::kTexts);
  EXPECT_EQ(store().FamilyBytes(Family::kContent), 0u);
  ASSERT_TRUE(store().Compact().ok());
  EXPECT_TRUE(RowsOf(store(), Family::kTexts) == before);
  EXPECT_LT(store().FamilyBytes(Family::kTexts), bytes);
  EXPECT_GT(store().FamilyBytes(Family::kTexts), 0u);
}

}  // namespace
}  // namespace setpoint::storage
