#include "storage/projections/consumers.h"

#include <gtest/gtest.h>

#include "storage/base/hex.h"
#include "storage/engine/write_batch.h"

namespace setpoint::test {
namespace {

using storage::Revision;

// On disk for good.
TEST(ConsumersTest, AreTheseBytes) {
  storage::WriteBatch batch;
  storage::PutConsumer(
      {.name = "argo", .revision = Revision(300), .index = 4, .acknowledged = 1'700'000'000, .watch = "repo=a"}, batch);
  ASSERT_EQ(batch.size(), 1U);
  EXPECT_EQ(batch[0].family, storage::Family::kConsumers);
  EXPECT_EQ(batch[0].key, "argo");
  EXPECT_EQ(storage::HexEncode(batch[0].value),
            "01ac0200000004"
            "80c49fd50c"
            "06"
            "7265706f3d61");
}

TEST(ConsumersTest, WithAnOwnerAreTheseBytes) {
  storage::WriteBatch batch;
  storage::PutConsumer({.name = "argo",
                        .revision = Revision(300),
                        .index = 4,
                        .acknowledged = 1'700'000'000,
                        .watch = "repo=a",
                        .owner = "ops"},
                       batch);
  EXPECT_EQ(storage::HexEncode(batch[0].value),
            "02ac0200000004"
            "80c49fd50c"
            "06"
            "7265706f3d61"
            "03"
            "6f7073");
}

TEST(ConsumersTest, NamesAreShortAndPlain) {
  for (const char* name : {"a", "argo-cd", "Team.1_b", "0"}) {
    EXPECT_TRUE(storage::ValidateConsumerName(name).ok()) << name;
  }
  for (const std::string& name : {std::string(), std::string("-a"), std::string(".a"), std::string("a b"),
                                  std::string("a/b"), std::string("\xc3\xa4"), std::string(129, 'a')}) {
    EXPECT_EQ(storage::ValidateConsumerName(name).code(), absl::StatusCode::kInvalidArgument) << name;
  }
}

}  // namespace
}  // namespace setpoint::test
