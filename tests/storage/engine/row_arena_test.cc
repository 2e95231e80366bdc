#include "storage/engine/row_arena.h"

#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <random>
#include <string>
#include <utility>

#include "storage/base/concat.h"
#include "tests/storage/engine/store_fixture.h"

namespace setpoint::storage {
namespace {

// What an arena should hold: nothing for a deletion.
using Model = std::map<std::string, std::optional<std::string>>;

Model Sorted(RowArena& arena) {
  arena.Sort();
  Model rows;
  std::string_view before;
  for (const ArenaRow& row : arena.rows()) {
    EXPECT_TRUE(rows.empty() || before < row.key());
    before = row.key();
    rows[std::string(row.key())] = row.deleted() ? std::nullopt : std::optional(std::string(row.value()));
  }
  return rows;
}

TEST(RowArena, TheLastPutOfAKeyWins) {
  RowArena arena;
  arena.Put("b", "1");
  arena.Put("a", "2");
  arena.Put("b", "3");
  arena.Put("c", "4");
  arena.Delete("c");
  EXPECT_EQ(Sorted(arena), (Model{{"a", "2"}, {"b", "3"}, {"c", std::nullopt}}));
}

TEST(RowArena, KeysThatShareEightBytesAreOrderedByTheRest) {
  RowArena arena;
  arena.Put(std::string("12345678\0", 9), "nul");
  arena.Put("12345678", "short");
  arena.Put("123456789", "long");
  arena.Put(std::string("1\0", 2), "padded");
  arena.Put("1", "one");
  EXPECT_EQ(Sorted(arena).size(), 5u);
}

TEST(RowArena, MovesKeepTheRows) {
  RowArena arena;
  arena.Put("a", "1");
  RowArena moved = std::move(arena);
  RowArena other;
  other.Put("z", "9");
  other = std::move(moved);
  other.Put("b", "2");
  EXPECT_EQ(Sorted(other), (Model{{"a", "1"}, {"b", "2"}}));
}

TEST(RowArena, HoldsAnyRowsInOrder) {
  const uint64_t seed = TestSeed();
  SCOPED_TRACE(Concat("SETPOINT_SEED=", seed));
  std::mt19937_64 random(seed);
  RowArena arena;
  Model model;
  for (int i = 0; i < 20'000; ++i) {
    const std::string key = Concat("key ", random() % 5'000);
    if (random() % 10 == 0) {
      arena.Delete(key);
      model[key] = std::nullopt;
      continue;
    }
    const size_t size = random() % 100 == 0 ? random() % 600'000 : random() % 64;
    const std::string value(size, static_cast<char>('a' + random() % 26));
    arena.Put(key, value);
    model[key] = value;
  }
  EXPECT_TRUE(Sorted(arena) == model);
}

TEST(RowArenaDeathTest, ARowNeedsAKey) {
  RowArena arena;
  EXPECT_DEATH(arena.Put("", "value"), "needs a key");
}

}  // namespace
}  // namespace setpoint::storage
