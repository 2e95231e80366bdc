#include "storage/log/names.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "storage/base/concat.h"
#include "tests/storage/engine/store_fixture.h"

namespace setpoint::storage {
namespace {

using NamesTest = StoreTest;

TEST_F(NamesTest, TheNthNameHasTheIdN) {
  Open();
  Names names;
  WriteBatch batch;
  EXPECT_EQ(names.InternResource("b#B", batch), ResourceId(1));
  EXPECT_EQ(names.InternResource("a#A", batch), ResourceId(2));
  EXPECT_EQ(names.InternPath("b#B", batch), PathId(1));  // Each kind counts for itself.
  EXPECT_EQ(names.InternRepository("r", batch), RepositoryId(1));
  EXPECT_EQ(batch.size(), 4u);
  EXPECT_EQ(names.InternResource("b#B", batch), ResourceId(1));
  EXPECT_EQ(batch.size(), 4u);
  EXPECT_EQ(names.resource_count(), 2u);
  EXPECT_EQ(names.path_count(), 1u);
  EXPECT_EQ(names.repository_count(), 1u);
  EXPECT_EQ(names.FindResource("c#C"), ResourceId());
  EXPECT_EQ(names.ResourceKey(ResourceId(2)), "a#A");
  EXPECT_EQ(names.Path(PathId(1)), "b#B");
  EXPECT_EQ(names.RepositoryName(RepositoryId(1)), "r");
}

TEST_F(NamesTest, AllComeBackFromTheStore) {
  Open();
  WriteBatch batch;
  {
    Names names;
    for (int i = 1; i <= 3'000; ++i) names.InternResource(Concat("scope/", i, "#Kind/", i), batch);
    names.InternPath(std::string("bytes\0\xff", 7), batch);
    names.InternRepository("home-ops", batch);
    names.InternPath(std::string(100'000, 'x'), batch);  // Longer than a block of the table.
  }
  ASSERT_TRUE(store().Write(batch).ok());
  Put(Family::kNames, "t1234", "a row of the timelines, of another kind");
  Reopen();
  Names names;
  ASSERT_TRUE(names.Load(store()).ok());
  EXPECT_EQ(names.resource_count(), 3'000u);
  for (uint32_t id = 1; id <= 3'000; ++id) {
    EXPECT_EQ(names.ResourceKey(ResourceId(id)), Concat("scope/", id, "#Kind/", id));
    EXPECT_EQ(names.FindResource(Concat("scope/", id, "#Kind/", id)), ResourceId(id));
  }
  EXPECT_EQ(names.FindPath(std::string("bytes\0\xff", 7)), PathId(1));
  EXPECT_EQ(names.Path(PathId(2)).size(), 100'000u);
  EXPECT_EQ(names.FindRepository("home-ops"), RepositoryId(1));
  WriteBatch more;
  EXPECT_EQ(names.InternResource("new#New", more), ResourceId(3'001));
}

TEST_F(NamesTest, AGapIsDataLoss) {
  Open();
  Names names;
  WriteBatch batch;
  for (int i = 1; i <= 300; ++i) names.InternPath(Concat("path ", i), batch);
  batch.Delete(Family::kNames, std::string("p\0\0\0\x07", 5));
  ASSERT_TRUE(store().Write(batch).ok());
  Names loaded;
  EXPECT_EQ(loaded.Load(store()).code(), absl::StatusCode::kDataLoss);
}

TEST_F(NamesTest, ANameOfTwoIdsIsDataLoss) {
  Open();
  Put(Family::kNames, std::string("p\0\0\0\x01", 5), "same");
  Put(Family::kNames, std::string("p\0\0\0\x02", 5), "same");
  Names names;
  EXPECT_EQ(names.Load(store()).code(), absl::StatusCode::kDataLoss);
}

TEST_F(NamesTest, ViewsOutliveGrowthBesideReaders) {
  Names names;
  WriteBatch batch;
  names.InternPath("first", batch);
  const std::string_view first = names.Path(PathId(1));
  std::atomic<bool> done = false;
  std::thread reader([&] {
    while (!done) {
      const uint32_t count = names.path_count();
      EXPECT_EQ(names.FindPath(names.Path(PathId(count))), PathId(count));
    }
  });
  for (int i = 0; i < 20'000; ++i) names.InternPath(Concat("path ", i), batch);
  done = true;
  reader.join();
  EXPECT_EQ(first, "first");
}

TEST(NamesDeathTest, AnIdThatWasNotGivenOutHasNoName) {
  Names names;
  EXPECT_DEATH(names.Path(PathId(1)), "was given out");
  EXPECT_DEATH(names.Path(PathId()), "was given out");
}

}  // namespace
}  // namespace setpoint::storage
