// What a file was taken for, and why.
#include "query/explain.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

#include "query/errors.h"
#include "query/position.h"
#include "tests/support/git_history.h"
#include "tests/support/store_under_test.h"
#include "tests/support/temporary_directory.h"

namespace setpoint::query {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class ExplainTest : public testing::Test {
 protected:
  ExplainTest() : history_(directory_.path() + "/source") {
    const auto first = history_.Commit({.files = {{"a.yaml", "Resources: {A: {Type: 'A::B'}}\n---\nb: [\n"},
                                                  {"run.sh", "#!/bin/sh\n"},
                                                  {"values.yaml", "a: 1\n"}}});
    history_.SetRef("refs/heads/main", first);
    store_ = std::make_unique<test::StoreUnderTest>(directory_.path() + "/store", history_.directory());
    store_->Ingest();
  }

  absl::StatusOr<ExplainedFile> Explain(std::string_view path) {
    const View view(store_->database());
    auto position = ResolvePosition(view, {.repository = "", .text = "main"});
    if (!position.ok()) return position.status();
    return ExplainFile(view, *position, path);
  }

  static std::vector<std::string> Steps(const ExplainedFile& file) {
    std::vector<std::string> steps;
    for (const ExplainStep& step : file.steps) steps.push_back(std::string(step.asked) + ": " + step.answer);
    return steps;
  }

  const test::TemporaryDirectory directory_;
  test::GitHistory history_;
  std::unique_ptr<test::StoreUnderTest> store_;
};

TEST_F(ExplainTest, TellsEachStepOfTheDecision) {
  const auto file = Explain("a.yaml");
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_EQ(file->outcome, storage::Outcome::kPartly);
  EXPECT_THAT(Steps(*file), ElementsAre("mode: file", "size: 40 bytes, text", "name: yaml", HasSubstr("in part: line "),
                                        "shape: cloudformation 1"));
  ASSERT_EQ(file->resources.size(), 1U);
  EXPECT_EQ(file->resources[0].identity, "A");
  EXPECT_EQ(file->recorded_version, storage::kDecoderVersion);
}

TEST_F(ExplainTest, FilesAndNames) {
  EXPECT_THAT(Steps(*Explain("run.sh")),
              ElementsAre("mode: file", "size: 10 bytes, text", "name: no decoder for this name", "parse: not tried",
                          "shape: file 1"));
  EXPECT_THAT(Steps(*Explain("values.yaml")),
              ElementsAre("mode: file", "size: 5 bytes, text", "name: helm values", "parse: whole", "shape: helm 1"));
  EXPECT_EQ(Explain("gone.yaml").status().code(), absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace setpoint::query
