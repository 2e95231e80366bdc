// The verbs of audit from outside: environments, signatures, what is gone, and what waits for promotion.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/git_history.h"
#include "tests/support/temporary_directory.h"
#include "tests/tools/program_run.h"

namespace setpoint::test {
namespace {

class AuditVerbsTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    directory_ = new TemporaryDirectory();
    GitHistory history(Path("shop.git"));
    const auto a = history.Commit({.files = {{"prod/a.json", R"({"image": "web:1.0", "old": 1})"},
                                             {"staging/a.json", R"({"image": "web:1.0", "old": 1})"}},
                                   .message = "first\n"});
    const auto b = history.Commit({.parents = {a},
                                   .files = {{"staging/a.json", R"({"image": "web:1.1"})"}},
                                   .message = "staging: web 1.1 (#7)\n\nCo-authored-by: Bob <bob@example.org>\n",
                                   .headers = "gpgsig -----BEGIN NOTHING-----\n x\n"});
    history.SetRef("refs/heads/main", b);
    const ProgramResult result = RunSetpoint({"ingest", history.directory(), "--data", Path("store"), "--environment",
                                              "prod=nothing", "--environment", "staging=staging/"});
    ASSERT_EQ(result.exit_code, 0) << result.errors;
    const ProgramResult set = Run({"environments", "--set", "prod=main:prod", "-o", "name"});
    ASSERT_EQ(set.exit_code, 0) << set.errors;
    EXPECT_EQ(set.output, "prod\nstaging\n");
  }
  static void TearDownTestSuite() { delete directory_; }

  static std::string Path(const std::string& name) { return directory_->path() + "/" + name; }
  static ProgramResult Run(const std::vector<std::string>& arguments) {
    return RunSetpoint(arguments, {.terminal = false, .environment = {{"SETPOINT_DATA", Path("store")}}});
  }
  static std::string Output(const std::vector<std::string>& arguments, int exit_code = 0) {
    const ProgramResult result = Run(arguments);
    EXPECT_EQ(result.exit_code, exit_code) << result.errors;
    return result.output;
  }

  static TemporaryDirectory* directory_;
};

TemporaryDirectory* AuditVerbsTest::directory_ = nullptr;

TEST_F(AuditVerbsTest, SignaturesGetVerdicts) {
  EXPECT_EQ(Output({"log", "--signed", "-o", "name"}), "r3\n");
  EXPECT_EQ(Output({"log", "--signed", "unverified", "-o", "name"}), "r3\n");
  EXPECT_EQ(Output({"verify-signatures", "-o", "table"}), "1 signed commits, 0 verified before, 1 unverifiable\n");
  EXPECT_EQ(Output({"verify-signatures", "-o", "table"}), "1 signed commits, 1 verified before\n");
  EXPECT_EQ(Output({"log", "--signed", "unverified", "-o", "name"}), "");
  EXPECT_EQ(Output({"log", "--signed", "unverifiable", "-o", "name"}), "r3\n");
  EXPECT_EQ(Output({"log", "--signed", "none", "--author", "ada", "-o", "name"}), "r2\n");
  EXPECT_EQ(Run({"log", "--signed", "excellent"}).exit_code, 2);
  EXPECT_EQ(Run({"verify-signatures", "--keys", "openpgp:" + Path("missing")}).exit_code, 1);
}

TEST_F(AuditVerbsTest, WhoReallyDidIt) {
  const std::string json = Output({"search", "--value", "web:1.1", "-o", "json"});
  for (const char* const part : {R"("co_authors":["Bob <bob@example.org>"])", R"("pull_request":7)", R"("signed":true)",
                                 R"("signature":{"format":"unknown")", R"("landed_by":null)"}) {
    EXPECT_NE(json.find(part), std::string::npos) << part << "\n" << json;
  }
}

TEST_F(AuditVerbsTest, WhatIsGone) {
  EXPECT_EQ(Output({"blame", "--deleted", "staging/a.json#Data", "-o", "name"}), "/old\n");
  EXPECT_EQ(Output({"blame", "--deleted", "a.json#Data", "--environment", "staging", "-o", "name"}), "/old\n");
  EXPECT_EQ(Output({"blame", "--deleted", "a.json#Data", "--environment", "prod", "-o", "name"}), "");
}

TEST_F(AuditVerbsTest, WhatWaitsForPromotion) {
  const std::string text = Output({"diff", "--environment", "staging", "--environment", "prod", "-o", "table"}, 1);
  EXPECT_NE(text.find("~1, 1 waiting for promotion\n"), std::string::npos) << text;
  EXPECT_EQ(Output({"diff", "r2", "r3", "--environment", "prod", "-o", "name"}), "");
  EXPECT_EQ(Output({"diff", "r2", "r3", "--environment", "staging", "-o", "name"}, 1), "staging/a.json#Data\n");
  EXPECT_EQ(Run({"diff"}).exit_code, 2);
}

TEST_F(AuditVerbsTest, WhenAValueCameAndLeft) {
  EXPECT_EQ(Output({"search", "--value", "web:1.0", "--appearances", "-o", "name"}),
            "prod/a.json#Data\nstaging/a.json#Data\n");
  const auto summary = [](const std::string& environment) {
    const std::string text =
        Output({"search", "--value", "web:1.0", "--appearances", "--environment", environment, "-o", "table"});
    const size_t last_line = text.rfind('\n', text.size() - 2) + 1;
    return text.substr(last_line);
  };
  EXPECT_NE(summary("prod").find("; there now: 1 of 1\n"), std::string::npos) << summary("prod");
  EXPECT_NE(summary("staging").find("; gone since "), std::string::npos) << summary("staging");
  EXPECT_NE(Output({"search", "--value", "nobody", "--appearances", "-o", "table"}).find("it never stood there\n"),
            std::string::npos);
  const std::string json =
      Output({"search", "--value", "web:1.0", "--appearances", "--environment", "staging", "-o", "json"});
  for (const char* const part :
       {R"("summary":{"appearances":1,"present":0,"first":{"revision":2)", R"("present":false)",
        R"("pointers":["/image"])", R"("came":{"revision":2)", R"("left":{"revision":3)", R"("pull_request":7)"}) {
    EXPECT_NE(json.find(part), std::string::npos) << part << "\n" << json;
  }
  EXPECT_EQ(Run({"search", "--appearances"}).exit_code, 2);
  EXPECT_EQ(Run({"search", "--value", "web:1.0", "--appearances", "--author", "ada"}).exit_code, 2);
  EXPECT_EQ(Run({"search", "--value", "web:1.0", "--appearances", "--operation", "created"}).exit_code, 2);
}

TEST_F(AuditVerbsTest, TheLogOfAnEnvironmentAndOfAValue) {
  EXPECT_EQ(Output({"log", "--environment", "prod", "-o", "name"}), "r2\n");
  EXPECT_EQ(Output({"log", "--value", "web:1.1", "-o", "name"}), "r3\n");
  EXPECT_EQ(Output({"search", "--value", "web:1.0", "--environment", "staging", "-o", "name"}),
            "staging/a.json#Data\nstaging/a.json#Data\n");
  EXPECT_EQ(Run({"log", "--environment", "test"}).exit_code, 1);
}

TEST_F(AuditVerbsTest, AWatchOfAnEnvironment) {
  const std::string text = Output({"watch", "--environment", "staging", "--from", "r1", "--count", "2"});
  EXPECT_NE(text.find(R"("operation":"created","key":"staging/a.json#Data")"), std::string::npos) << text;
  EXPECT_NE(text.find(R"("operation":"updated","key":"staging/a.json#Data")"), std::string::npos) << text;
  EXPECT_EQ(text.find("prod/"), std::string::npos) << text;
  EXPECT_EQ(Run({"watch", "--environment", "test", "--count", "1"}).exit_code, 1);
  EXPECT_EQ(Run({"watch", "--environment", "prod", "--ref", "main", "--count", "1"}).exit_code, 2);
}

}  // namespace
}  // namespace setpoint::test
