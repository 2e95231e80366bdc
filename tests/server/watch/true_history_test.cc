// What the checkers of watches compare with knows what a broken file holds, and what is only its error.
#include "tests/server/watch/true_history.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/scenarios/scenario.h"
#include "tests/support/store_under_test.h"
#include "tests/support/temporary_directory.h"

namespace setpoint::test {
namespace {

using testing::UnorderedElementsAre;

constexpr char kPointer[] =
    "version https://git-lfs.github.com/spec/v1\noid sha256:"
    "4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n";
constexpr char kBroken[] = "k: [\n";
constexpr char kPartly[] = "k: 1\n---\nk: [\n";

TEST(TrueHistoryTest, AFileIsHeldAndAnErrorIsNot) {
  const TemporaryDirectory directory;
  Scenario scenario(directory.path() + "/source.git");
  scenario.CommitFiles("A", {}, {{"file.yaml", kPointer}, {"data.yaml", "k: 1\n"}, {"error.yaml", kBroken}});
  scenario.CommitFiles("B", {"A"}, {{"file.yaml", kBroken}, {"data.yaml", kBroken}, {"error.yaml", "k: [[\n"}});
  scenario.CommitFiles("C", {"B"}, {{"file.yaml", kPartly}, {"error.yaml", kPartly}});
  scenario.Observe({{"main", "C"}});
  StoreUnderTest store(directory.path() + "/store", scenario.directory());
  scenario.Show(0);
  store.Ingest();
  const TrueHistory truth = ReadTrueHistory(store.database(), {.ref = "", .selector = {}});
  const std::string ref = "refs/heads/main ";
  ASSERT_EQ(truth.held.size(), 2U);
  EXPECT_THAT(truth.held.at(3), UnorderedElementsAre(ref + "file.yaml#File", ref + "data.yaml#Data"));
  EXPECT_THAT(truth.held.at(4), UnorderedElementsAre(ref + "file.yaml#File"));
  EXPECT_TRUE(truth.state_at.at(4).contains(ref + "file.yaml#File"));
  EXPECT_FALSE(truth.state_at.at(4).contains(ref + "error.yaml#File"));
}

}  // namespace
}  // namespace setpoint::test
