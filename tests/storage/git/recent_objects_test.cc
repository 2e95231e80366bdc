#include "storage/git/recent_objects.h"

#include <gtest/gtest.h>

#include <cstring>
#include <map>
#include <random>
#include <string>

#include "tests/storage/git/git_fixture.h"

namespace setpoint::storage {
namespace {

std::string_view Put(RecentObjects& recent, uint64_t key, const std::string& bytes) {
  char* room = recent.Reserve(bytes.size());
  std::memcpy(room, bytes.data(), bytes.size());
  recent.Keep(key, ObjectType::kTree, bytes.size());
  return {room, bytes.size()};
}

TEST(RecentObjectsTest, FindsWhatWasKept) {
  RecentObjects recent(1 << 12);
  EXPECT_FALSE(recent.Find(7).has_value());
  Put(recent, 7, "seven");
  ASSERT_TRUE(recent.Find(7).has_value());
  EXPECT_EQ(recent.Find(7)->bytes, "seven");
  EXPECT_EQ(recent.Find(7)->type, ObjectType::kTree);
  EXPECT_FALSE(recent.Find(8).has_value());
}

TEST(RecentObjectsTest, ForgetsTheOldestFirst) {
  RecentObjects recent(1 << 12);
  for (uint64_t key = 1; key <= 30; ++key) Put(recent, key, std::string(500, static_cast<char>(key)));
  EXPECT_FALSE(recent.Find(1).has_value());
  EXPECT_TRUE(recent.Find(30).has_value());
  EXPECT_TRUE(recent.Find(28).has_value());
}

TEST(RecentObjectsTest, WhatIsAskedForStays) {
  RecentObjects recent(1 << 14);
  Put(recent, 1000, "base");
  for (uint64_t key = 1; key <= 200; ++key) {
    Put(recent, key, std::string(1500, 'x'));
    ASSERT_TRUE(recent.Find(1000).has_value()) << key;
    ASSERT_EQ(recent.Find(1000)->bytes, "base");
  }
}

TEST(RecentObjectsTest, WhatWasFoundOutlivesTheNextReservation) {
  const uint64_t seed = GitFixture::Seed();
  SCOPED_TRACE(seed);
  std::mt19937_64 random(seed);
  RecentObjects recent(1 << 12);
  std::map<uint64_t, std::string> model;
  for (int i = 0; i < 50'000; ++i) {
    const uint64_t base = random() % 40;
    const std::optional<ObjectView> found = recent.Find(base);
    if (found) {
      ASSERT_EQ(found->bytes, model[base]) << i;
    }
    const uint64_t key = random() % 40;
    std::string bytes(random() % (recent.object_bytes_max() + 1), static_cast<char>(random()));
    char* room = recent.Reserve(bytes.size());
    std::memcpy(room, bytes.data(), bytes.size());
    if (found) {
      ASSERT_EQ(found->bytes, model[base]) << i;
    }
    if (random() % 8 == 0) continue;  // A result that turned out to be wrong.
    recent.Keep(key, ObjectType::kBlob, bytes.size());
    model[key] = std::move(bytes);
  }
}

}  // namespace
}  // namespace setpoint::storage
