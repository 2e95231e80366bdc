// Which rows are kept, and that no answer differs from the store's.
#include "storage/projections/recent_rows.h"

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "storage/base/concat.h"
#include "storage/engine/forwarding_rows.h"
#include "storage/engine/write_batch.h"
#include "storage/log/commit_store.h"
#include "storage/projections/entry_rows.h"
#include "tests/support/temporary_directory.h"

namespace setpoint::storage {
namespace {

// Counts what is asked of a store.
class CountedRows final : public ForwardingRows {
 public:
  using ForwardingRows::ForwardingRows;
  absl::StatusOr<std::optional<std::string>> Get(Family family, std::string_view key) const override {
    ++gets;
    return ForwardingRows::Get(family, key);
  }

  mutable std::atomic<int> gets = 0;
};

ObjectId IdOf(int number) { return *ObjectId::FromHex(Concat("00112233445566778899aabbccddeeff0011", 1000 + number)); }

class RecentRowsTest : public testing::Test {
 protected:
  RecentRowsTest() { store_ = Store::Open(directory_.path() + "/store", {.mode = OpenMode::kCreateIfMissing}).value(); }

  void PutCommit(int number) {
    WriteBatch batch;
    PutObject(RepositoryId(1), IdOf(number), StoredObjectType::kCommit, Concat("commit ", number), batch);
    EXPECT_TRUE(store_->Write(batch).ok());
  }
  std::string CommitOf(const RowReader& rows, int number) {
    const auto object = ReadObject(rows, RepositoryId(1), IdOf(number));
    return object.ok() && object->has_value() ? (*object)->bytes : "none";
  }

  const test::TemporaryDirectory directory_;
  std::unique_ptr<Store> store_;
};

TEST_F(RecentRowsTest, ACommitIsReadOnce) {
  const CountedRows counted(*store_);
  const RecentRows recent(counted, 1'000'000);
  PutCommit(1);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(CommitOf(recent, 1), "commit 1");
  EXPECT_EQ(counted.gets, 1);
}

TEST_F(RecentRowsTest, WhatIsNotThereMayCome) {
  const RecentRows recent(*store_, 1'000'000);
  EXPECT_EQ(CommitOf(recent, 1), "none");
  PutCommit(1);
  EXPECT_EQ(CommitOf(recent, 1), "commit 1");
}

TEST_F(RecentRowsTest, AnEntryIsReadOnceAndAPositionEachTime) {
  const CountedRows counted(*store_);
  const RecentRows recent(counted, 1'000'000);
  EntryRow row;
  row.timeline = TimelineId(1);
  WriteBatch batch;
  PutEntryRow(Revision(7), row, batch);
  batch.Put(Family::kPositions, std::string("\0\0\0\1position", 12), "then");
  ASSERT_TRUE(store_->Write(batch).ok());
  for (int i = 0; i < 3; ++i) EXPECT_EQ((*FindEntryRow(recent, Revision(7)))->timeline, TimelineId(1));
  EXPECT_EQ(counted.gets, 1);
  EXPECT_EQ(*recent.Get(Family::kPositions, std::string_view("\0\0\0\1position", 12)), "then");
  WriteBatch later;
  later.Put(Family::kPositions, std::string("\0\0\0\1position", 12), "now");
  ASSERT_TRUE(store_->Write(later).ok());
  EXPECT_EQ(*recent.Get(Family::kPositions, std::string_view("\0\0\0\1position", 12)), "now");
}

TEST_F(RecentRowsTest, ManyThreadsAndLittleRoom) {
  const RecentRows recent(*store_, 5'000);
  for (int number = 0; number < 100; ++number) PutCommit(number);
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 2'000; ++i) {
        const int number = (i * 7 + t * 13) % 100;
        ASSERT_EQ(CommitOf(recent, number), Concat("commit ", number));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace setpoint::storage
