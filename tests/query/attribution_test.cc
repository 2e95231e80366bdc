// Trailers as Git itself reads them, and who is named by them. SETPOINT_SEED=n repeats the messages of one seed.
#include "query/attribution.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "query/trailers.h"
#include "storage/base/concat.h"
#include "tests/support/git_history.h"
#include "tests/support/temporary_directory.h"
#include "tests/support/test_seed.h"

namespace setpoint::query {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(AttributionTest, WhoIsNamed) {
  storage::Commit commit;
  commit.message =
      "Scale web (#12)\n\nIt was slow.\n\nCo-authored-by: Bob <bob@example.org>\nco-authored-BY: Eve\n "
      "<eve@example.org>\n"
      "Co-authored-by: Bob <bob@example.org>\nSigned-off-by: Ada <ada@example.org>\nReviewed-by: Dan\n";
  const Attribution attribution = AttributionOf(commit);
  EXPECT_THAT(attribution.co_authors, ElementsAre("Bob <bob@example.org>", "Eve <eve@example.org>"));
  EXPECT_THAT(attribution.sign_offs, ElementsAre("Ada <ada@example.org>"));
  EXPECT_EQ(attribution.pull_request, 12u);
}

TEST(AttributionTest, ATitleAndProseNameNobody) {
  EXPECT_THAT(ParseTrailers("Signed-off-by: Ada <ada@example.org>\n"), IsEmpty());
  EXPECT_THAT(ParseTrailers("Title\n\nSigned-off-by: Ada\n\nThe end.\n"), IsEmpty());
  EXPECT_THAT(ParseTrailers("Title\n\nNote: this is\nprose about it\n"), IsEmpty());
  EXPECT_THAT(ParseTrailers(""), IsEmpty());
}

// Messages of lines that matter to the rules, in any order.
std::string RandomMessage(std::mt19937_64& random) {
  const char* const lines[] = {"Title",
                               "",
                               "",
                               "prose of no kind",
                               "Signed-off-by: Ada <a@x>",
                               "Co-authored-by : Bob <b@x>",
                               "Key: value",
                               " folded",
                               "\tfolded too",
                               "   ",
                               "# comment",
                               "(cherry picked from commit 123)",
                               "not a key: value",
                               "http://example.org",
                               "---",
                               "Empty:",
                               ": none"};
  std::string message;
  for (size_t n = 1 + random() % 12; n > 0; --n) {
    message += storage::Concat(lines[random() % std::size(lines)], "\n");
  }
  return message;
}

TEST(TrailersTest, AgreeWithGit) {
  const test::SeedRange seeds = test::SeedsToRun(1, 20);
  for (uint64_t seed = seeds.first; seed < seeds.first + seeds.count && !HasFailure(); ++seed) {
    SCOPED_TRACE("SETPOINT_SEED=" + std::to_string(seed));
    std::mt19937_64 random(seed);
    const test::TemporaryDirectory directory;
    test::GitHistory history(directory.path() + "/source.git");
    std::vector<storage::ObjectId> parents;
    std::vector<std::string> messages;
    for (int n = 0; n < 600; ++n) {
      messages.push_back(RandomMessage(random));
      parents = {history.Commit({.parents = parents, .message = messages.back()})};
    }
    history.SetRef("refs/heads/main", parents.front());
    const std::string git =
        history.Git({"log", "--reverse", "--format=<%(trailers:only,unfold,key_value_separator=%x3D)>", "main"});
    size_t at = 0;
    size_t count = 0;
    for (const std::string& message : messages) {
      std::string ours = "<";
      for (const Trailer& each : ParseTrailers(message)) {
        ours += storage::Concat(each.key, "=", each.value, "\n");
        ++count;
      }
      ours += ">\n";
      ASSERT_EQ(git.substr(at, ours.size()), ours) << message;
      at += ours.size();
    }
    EXPECT_EQ(at, git.size());
    EXPECT_GT(count, 200u);
  }
}

}  // namespace
}  // namespace setpoint::query
