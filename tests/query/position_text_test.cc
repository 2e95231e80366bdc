#include "query/position_text.h"

#include <gtest/gtest.h>

#include "query/errors.h"

namespace setpoint::query {
namespace {

using Form = PositionText::Form;
constexpr std::string_view kCommit = "0123456789abcdef0123456789abcdef01234567";

PositionText Parse(std::string_view text) {
  auto position = ParsePositionText(text, 1'000'000);
  EXPECT_TRUE(position.ok()) << text << ": " << position.status();
  return position.ok() ? *position : PositionText();
}

TEST(PositionText, NothingAndHeadAreTheDefaultBranch) {
  EXPECT_EQ(Parse("").form, Form::kDefault);
  EXPECT_EQ(Parse("HEAD").form, Form::kDefault);
}

TEST(PositionText, RevisionComesFirst) {
  const PositionText position = Parse("r123");
  EXPECT_EQ(position.form, Form::kRevision);
  EXPECT_EQ(position.revision, storage::Revision(123));
  EXPECT_EQ(Parse("r").form, Form::kName);
  EXPECT_EQ(Parse("r12x").form, Form::kName);
  EXPECT_EQ(Parse("R12").form, Form::kName);
}

TEST(PositionText, FortyHexDigitsAreACommit) {
  const PositionText position = Parse(kCommit);
  EXPECT_EQ(position.form, Form::kCommit);
  EXPECT_EQ(position.commit.Hex(), kCommit);
  EXPECT_EQ(Parse(kCommit.substr(1)).form, Form::kName);
}

TEST(PositionText, RefAtRevisionAndTime) {
  const PositionText revision = Parse("release/1.2@{r77}");
  EXPECT_EQ(revision.form, Form::kRefAtRevision);
  EXPECT_EQ(revision.name, "release/1.2");
  EXPECT_EQ(revision.revision, storage::Revision(77));
  const PositionText time = Parse("main@{100s ago}");
  EXPECT_EQ(time.form, Form::kRefAtTime);
  EXPECT_EQ(time.seconds, 999'900);
  EXPECT_EQ(Parse("@{1970-01-02}").name, "");
}

TEST(PositionText, AnythingElseIsAName) {
  EXPECT_EQ(Parse("main").form, Form::kName);
  EXPECT_EQ(Parse("refs/tags/v1.0").name, "refs/tags/v1.0");
  EXPECT_EQ(Parse("2h ago").form, Form::kName);
  EXPECT_EQ(Parse("abcdef0").form, Form::kName);
}

TEST(PositionText, RefusesWhatCouldMeanNothing) {
  for (const char* text : {"main@{}", "main@{yesterday}", "main~1", "HEAD^"}) {
    const auto position = ParsePositionText(text, 0);
    EXPECT_EQ(position.status().code(), absl::StatusCode::kInvalidArgument) << text;
    EXPECT_EQ(ReasonOf(position.status()), reason::kBadPosition) << text;
  }
}

TEST(PositionText, AbbreviationsHaveSevenToThirtyNineDigits) {
  EXPECT_FALSE(IsCommitAbbreviation("abcdef"));
  EXPECT_TRUE(IsCommitAbbreviation("abcdef0"));
  EXPECT_TRUE(IsCommitAbbreviation(kCommit.substr(1)));
  EXPECT_FALSE(IsCommitAbbreviation(kCommit));
  EXPECT_FALSE(IsCommitAbbreviation("abcdefg"));
}

}  // namespace
}  // namespace setpoint::query
