#include "query/pull_request.h"

#include <gtest/gtest.h>

namespace setpoint::query {
namespace {

TEST(PullRequestTest, TheWordsOfEachForge) {
  EXPECT_EQ(FindPullRequest("Merge pull request #41 from acme/fix\n\nFix it\n"), 41u);
  EXPECT_EQ(FindPullRequest("Scale web (#42)\n\n* one\n* two (#7)\n"), 42u);
  EXPECT_EQ(FindPullRequest("Merge branch 'x' into 'main'\n\nScale web\n\nSee merge request acme/shop/infra!43\n"),
            43u);
  EXPECT_EQ(FindPullRequest("Merge branch 'x'\n\nSee merge request !44"), 44u);
  EXPECT_EQ(FindPullRequest("Merged in fix/web (pull request #45)\n\nFix\n"), 45u);
  EXPECT_EQ(FindPullRequest("Pull request #46: Scale web\n\nMerge in SHOP/infra from fix to main\n"), 46u);
  EXPECT_EQ(FindPullRequest("Merged PR 47: Scale web\n"), 47u);
  EXPECT_EQ(FindPullRequest("Merge pull request 'Scale web' (#48) from fix into main\n"), 48u);
}

TEST(PullRequestTest, AnotherOnesNumberIsNotItsOwn) {
  EXPECT_EQ(FindPullRequest("Revert \"Scale web (#42)\"\n"), std::nullopt);
  EXPECT_EQ(FindPullRequest("Revert \"Scale web (#42)\" (#43)\n"), 43u);
  EXPECT_EQ(FindPullRequest("Fix #42\n\nCloses #43, see also (#44)\n"), std::nullopt);
  EXPECT_EQ(FindPullRequest("Scale web (#0)\n"), std::nullopt);
  EXPECT_EQ(FindPullRequest("Scale web (#99999999999999999999999)\n"), std::nullopt);
  EXPECT_EQ(FindPullRequest("As I said: See merge request a!1\n"), std::nullopt);
  EXPECT_EQ(FindPullRequest(""), std::nullopt);
}

TEST(PullRequestTest, CarriageReturnsAreNoLetters) {
  EXPECT_EQ(FindPullRequest("Scale web (#42)\r\n\r\nSee merge request a!1\r\n"), 42u);
  EXPECT_EQ(FindPullRequest("Merge\r\n\r\nSee merge request a!43\r\n"), 43u);
}

}  // namespace
}  // namespace setpoint::query
