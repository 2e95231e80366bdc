#include "storage/log/meta.h"

#include <gtest/gtest.h>

#include "tests/storage/engine/store_fixture.h"

namespace setpoint::storage {
namespace {

using MetaTest = StoreTest;

TEST_F(MetaTest, AppliedIsReadAsItWasPut) {
  Open();
  EXPECT_EQ(*ReadApplied(store()), Revision());
  WriteBatch batch;
  PutApplied(Revision(uint64_t{1} << 40), batch);
  ASSERT_TRUE(store().Write(batch).ok());
  EXPECT_EQ(*ReadApplied(store()), Revision(uint64_t{1} << 40));
  Put(Family::kMeta, "applied", "short");
  EXPECT_EQ(ReadApplied(store()).status().code(), absl::StatusCode::kDataLoss);
}

TEST_F(MetaTest, OldestIsReadAsItWasPut) {
  Open();
  EXPECT_EQ(*ReadOldest(store()), Revision());
  WriteBatch batch;
  PutOldest(Revision(300), batch);
  ASSERT_TRUE(store().Write(batch).ok());
  EXPECT_EQ(*ReadOldest(store()), Revision(300));
  EXPECT_EQ(*ReadApplied(store()), Revision());
  Put(Family::kMeta, "oldest", "short");
  EXPECT_EQ(ReadOldest(store()).status().code(), absl::StatusCode::kDataLoss);
}

TEST_F(MetaTest, EachProjectionHasAVersion) {
  Open();
  EXPECT_EQ(*ReadProjectionVersion(store(), "versions"), std::nullopt);
  WriteBatch batch;
  PutProjectionVersion("versions", 3, batch);
  PutProjectionVersion("files", 4, batch);
  ASSERT_TRUE(store().Write(batch).ok());
  EXPECT_EQ(*ReadProjectionVersion(store(), "versions"), 3u);
  EXPECT_EQ(*ReadProjectionVersion(store(), "files"), 4u);
  Put(Family::kMeta, "projection/files", "");
  EXPECT_EQ(ReadProjectionVersion(store(), "files").status().code(), absl::StatusCode::kDataLoss);
}

}  // namespace
}  // namespace setpoint::storage
