#include "storage/engine/write_batch.h"

#include <gtest/gtest.h>

namespace setpoint::storage {
namespace {

TEST(WriteBatch, KeepsItsOperationsInOrder) {
  WriteBatch batch;
  EXPECT_TRUE(batch.empty());
  batch.Put(Family::kLog, "a", "1");
  batch.Delete(Family::kMeta, "b");
  batch.Put(Family::kLog, "c", "");
  ASSERT_EQ(batch.size(), 3u);
  EXPECT_EQ(batch.bytes(), 4u);
  EXPECT_EQ(batch[0].family, Family::kLog);
  EXPECT_EQ(batch[0].key, "a");
  EXPECT_EQ(batch[0].value, "1");
  EXPECT_FALSE(batch[0].deleted);
  EXPECT_EQ(batch[1].family, Family::kMeta);
  EXPECT_EQ(batch[1].key, "b");
  EXPECT_TRUE(batch[1].deleted);
  EXPECT_EQ(batch[2].key, "c");
  EXPECT_EQ(batch[2].value, "");
  batch.Clear();
  EXPECT_TRUE(batch.empty());
  EXPECT_EQ(batch.bytes(), 0u);
}

}  // namespace
}  // namespace setpoint::storage
