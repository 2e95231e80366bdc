#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "storage/base/concat.h"
#include "storage/engine/bulk_chunk.h"
#include "tests/storage/engine/store_fixture.h"

namespace setpoint::storage {
namespace {

class ReadOnlyStoreTest : public StoreTest {
 protected:
  std::unique_ptr<Store> OpenReader() {
    absl::StatusOr<std::unique_ptr<Store>> reader = Store::Open(data_directory(), {.mode = OpenMode::kReadOnly});
    EXPECT_TRUE(reader.ok()) << reader.status();
    return reader.ok() ? *std::move(reader) : nullptr;
  }
};

TEST_F(ReadOnlyStoreTest, RefusesToWrite) {
  Open();
  Close();
  const std::unique_ptr<Store> reader = OpenReader();
  ASSERT_NE(reader, nullptr);
  EXPECT_EQ(reader->Write(WriteBatch()).code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(reader->Ingest({}, WriteBatch()).code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(reader->Stage({}).code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(reader->Clear(Family::kLog).code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(reader->Compact().code(), absl::StatusCode::kFailedPrecondition);
}

TEST_F(ReadOnlyStoreTest, SeesWhatWasDurableWhenItOpened) {
  Open();
  Put(Family::kLog, "a", "1");
  const std::unique_ptr<Store> reader = OpenReader();
  ASSERT_NE(reader, nullptr);
  Put(Family::kLog, "a", "2");
  EXPECT_EQ(*reader->Get(Family::kLog, "a"), "1");
  EXPECT_EQ(RowsOf(*reader->View(), Family::kLog), (Rows{{"a", "1"}}));
  EXPECT_EQ(*OpenReader()->Get(Family::kLog, "a"), "2");
}

TEST_F(ReadOnlyStoreTest, ReadsOnWhenTheWriterRemovesItsFiles) {
  Open();
  for (int i = 0; i < 3; ++i) {
    BulkChunk chunk;
    for (int k = 0; k < 100; ++k) chunk.Put(Family::kTexts, Concat(i, " ", k), std::string(1'000, 'x'));
    ASSERT_TRUE(store().Ingest(std::move(chunk), WriteBatch()).ok());
  }
  const std::unique_ptr<Store> reader = OpenReader();
  ASSERT_NE(reader, nullptr);
  ASSERT_TRUE(store().Compact().ok());
  ASSERT_TRUE(store().Clear(Family::kTexts).ok());
  EXPECT_EQ(RowsOf(*reader, Family::kTexts).size(), 300u);
}

// Each open sees some whole state: `applied` and the rows that belong to it, never older than the last one seen.
TEST_F(ReadOnlyStoreTest, OpensBesideABusyWriter) {
  Open();
  Put(Family::kMeta, "applied", "0");
  std::atomic<bool> done = false;
  std::thread writer([&] {
    for (int i = 1; i <= 60; ++i) {
      WriteBatch batch;
      batch.Put(Family::kMeta, "applied", Concat(i));
      if (i % 3 == 0) {
        BulkChunk chunk;
        chunk.Put(Family::kLog, Concat("row ", i), "x");
        EXPECT_TRUE(store().Ingest(std::move(chunk), batch).ok());
      } else {
        batch.Put(Family::kLog, Concat("row ", i), "x");
        EXPECT_TRUE(store().Write(batch).ok());
      }
      if (i % 20 == 0) {
        EXPECT_TRUE(store().Compact().ok());
      }
    }
    done = true;
  });
  int before = 0;
  while (!done) {
    absl::StatusOr<std::unique_ptr<Store>> reader = Store::Open(data_directory(), {.mode = OpenMode::kReadOnly});
    if (!reader.ok()) {
      EXPECT_EQ(reader.status().code(), absl::StatusCode::kUnavailable) << reader.status();
      continue;
    }
    const int applied = std::stoi(**(*reader)->Get(Family::kMeta, "applied"));
    EXPECT_GE(applied, before);
    before = applied;
    EXPECT_EQ(RowsOf(**reader, Family::kLog).size(), static_cast<size_t>(applied));
  }
  writer.join();
}

}  // namespace
}  // namespace setpoint::storage
