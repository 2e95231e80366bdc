// Each reading path: the objects that the command line prints, filters, and what is refused.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "storage/base/concat.h"
#include "tests/server/handlers/handlers_under_test.h"
#include "tests/tools/program_run.h"

namespace setpoint::test {
namespace {

using storage::Concat;
using testing::HasSubstr;
using testing::Not;

constexpr char kRepo[] = "/v1/repositories/repo";
constexpr char kA[] = "a.yaml%23ConfigMap%2Fa";

class ReadsTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    handlers_ = new HandlersUnderTest();
    handlers_->PushDemonstration();
  }
  static void TearDownTestSuite() { delete handlers_; }

  // The array that a verb prints, without the line breaks between its elements.
  static std::string Printed(std::vector<std::string> arguments) {
    for (const char* argument : {"--data", "", "-o", "json"}) arguments.emplace_back(argument);
    arguments[arguments.size() - 3] = handlers_->store_directory();
    const ProgramResult result = RunSetpoint(arguments);
    EXPECT_LE(result.exit_code, 1) << result.errors;
    std::string joined;
    for (const char c : result.output) {
      if (c != '\n') joined.push_back(c);
    }
    return joined;
  }

  static HandlersUnderTest* handlers_;
};

HandlersUnderTest* ReadsTest::handlers_ = nullptr;

TEST_F(ReadsTest, AnswersHoldWhatTheCommandLinePrints) {
  const std::string key = "a.yaml#ConfigMap/a";
  struct Case {
    std::string target;
    std::string list;
    std::vector<std::string> verb;
  };
  const std::vector<Case> cases = {
      {Concat(kRepo, "/resources"), "resources", {"list"}},
      {Concat(kRepo, "/resources?content=true&at=v1"), "resources", {"list", "--content", "--at", "v1"}},
      {Concat(kRepo, "/resources?kind=ConfigMap&label=app%3Dweb"),
       "resources",
       {"list", "--kind", "ConfigMap", "--label", "app=web"}},
      {Concat(kRepo, "/resources?field=/x%3D1"), "resources", {"list", "--field", "/x=1"}},
      {Concat(kRepo, "/history?key=", kA), "versions", {"history", key}},
      {Concat(kRepo, "/history?key=", kA, "&timeline=true"), "versions", {"history", key, "--timeline"}},
      {Concat(kRepo, "/blame?key=", kA), "fields", {"blame", key}},
      {Concat(kRepo, "/blame?key=", kA, "&pointer=/data"), "fields", {"blame", key, "/data"}},
      {Concat(kRepo, "/diff?from=v1&to=main"), "resources", {"diff", "v1", "main"}},
      {Concat(kRepo, "/diff?from=v1&kind=ConfigMap"), "resources", {"diff", "v1", "--kind", "ConfigMap"}},
      {"/v1/log", "entries", {"log"}},
      {"/v1/log?changes=true&author=BOB", "entries", {"log", "--changes", "--author", "BOB"}},
      {"/v1/log?operation=moved&at=main", "entries", {"log", "--operation", "moved", "--at", "main"}},
      {"/v1/search", "changes", {"search"}},
      {"/v1/search?value=acme/web:1", "changes", {"search", "--value", "acme/web:1"}},
      {"/v1/search?field=/image&at=main&repo=repo", "changes", {"search", "--field", "/image", "--at", "main"}},
      {"/v1/timelines", "timelines", {"timelines"}},
      {"/v1/timelines?all=true", "timelines", {"timelines", "--all"}},
      {Concat(kRepo, "/refs"), "refs", {"refs"}},
      {"/v1/repositories", "repositories", {"repositories"}},
  };
  for (const Case& each : cases) {
    const std::string list = ListOf(handlers_->Body(each.target), each.list);
    EXPECT_EQ(list, Printed(each.verb)) << each.target;
    EXPECT_GT(list.size(), 10U) << each.target << " must have something to compare";
  }
  EXPECT_EQ(handlers_->Body(Concat(kRepo, "/resources/", kA)), Printed({"get", key}) + "\n");
  EXPECT_EQ(handlers_->Body("/v1/status"), Printed({"status"}) + "\n");
}

TEST_F(ReadsTest, AnEmptyRepositoryNameIsTheOnlyOne) {
  EXPECT_EQ(handlers_->Body("/v1/repositories//refs"), handlers_->Body(Concat(kRepo, "/refs")));
}

TEST_F(ReadsTest, AnswersSayWhereTheyWereRead) {
  EXPECT_THAT(handlers_->Body(Concat(kRepo, "/history?at=v1&key=", kA)),
              HasSubstr(R"({"position":{"repository":"repo","timeline":"refs/)"));
  EXPECT_THAT(handlers_->Body(Concat(kRepo, "/diff?from=v1&to=main")), HasSubstr(R"("summary":"+)"));
  EXPECT_THAT(handlers_->Body("/v1/log?axis=observed&at=2100-01-01"), HasSubstr(R"("axis":"observed"})"));
  EXPECT_THAT(handlers_->Body("/v1/search"), Not(HasSubstr("position")));
}

TEST_F(ReadsTest, GivesAResourceInTheFormAskedFor) {
  const std::string target = Concat(kRepo, "/resources/", kA);
  const server::Response raw = handlers_->Get(Concat(target, "?as=raw"));
  EXPECT_EQ(raw.status, 200U);
  EXPECT_EQ(raw.content_type, "text/plain; charset=utf-8");
  EXPECT_THAT(raw.body, testing::StartsWith("# a comment\napiVersion: v1\n"));
  EXPECT_EQ(handlers_->Get(target, {{"accept", "text/plain"}}).body, raw.body);
  EXPECT_EQ(handlers_->Get(target, {{"accept", "application/yaml, */*;q=0.1"}}).body,
            handlers_->Body(Concat(target, "?as=yaml")));
  EXPECT_THAT(handlers_->Body(Concat(target, "?as=yaml")), HasSubstr("kind: ConfigMap\n"));
  EXPECT_EQ(handlers_->Get(target, {{"accept", "*/*"}}).content_type, "application/json");
  EXPECT_EQ(handlers_->Get(target, {{"accept", "image/png"}}).status, 406U);
  EXPECT_EQ(handlers_->Get("/v1/log", {{"accept", "text/html"}}).status, 406U);
  EXPECT_EQ(handlers_->Problem(Concat(target, "?as=toml"), 400), "bad-request");
}

TEST_F(ReadsTest, GivesADifferenceAsText) {
  const server::Response text = handlers_->Get(Concat(kRepo, "/diff?from=v1&to=main&as=raw"));
  EXPECT_EQ(text.content_type, "text/plain; charset=utf-8");
  EXPECT_THAT(text.body, HasSubstr("-data: {v: '1'}\n+data: {v: '2'}\n"));
}

TEST_F(ReadsTest, RefusesWhatItDoesNotUnderstand) {
  for (const char* target : {"/resources?knd=x", "/resources/k?content=true", "/history?key=x&pointer=/a",
                             "/blame?key=x&limit=1", "/diff?from=v1&at=main", "/refs?all=true"}) {
    EXPECT_EQ(handlers_->Problem(Concat(kRepo, target), 400), "bad-request") << target;
  }
  for (const char* target :
       {"/v1/log?filed=x", "/v1/search?changes=true", "/v1/timelines?at=main", "/v1/status?at=main",
        "/v1/repositories?all=true", "/v1/log?limit=10001", "/v1/log?limit=1&limit=2", "/v1/log?since=never",
        "/v1/search?operation=reset", "/v1/log?operation=nothing", "/v1/search?field=spec", "/v1/log?wait=31"}) {
    EXPECT_EQ(handlers_->Problem(target, 400), "bad-request") << target;
  }
  EXPECT_EQ(handlers_->Problem("/v1/log?signed=yes", 400), "bad-signed");
  EXPECT_EQ(handlers_->Problem(Concat(kRepo, "/history"), 400), "bad-request");
  EXPECT_EQ(handlers_->Problem(Concat(kRepo, "/diff?to=main"), 400), "bad-request");
  EXPECT_EQ(handlers_->Problem("/v1/search?label=(", 400), "bad-selector");
  EXPECT_EQ(handlers_->Problem("/v1/log?axis=x", 400), "bad-position");
  EXPECT_EQ(handlers_->Problem("/v1/log?repo=other", 404), "unknown-repository");
  EXPECT_EQ(handlers_->Problem(Concat(kRepo, "/blame?key=nothing"), 404), "unknown-resource");
  EXPECT_EQ(handlers_->Problem(Concat(kRepo, "/blame?pointer=/none&key=", kA), 404), "unknown-field");
  EXPECT_EQ(handlers_->Problem(Concat(kRepo, "/diff?from=nowhere"), 404), "unknown-position");
}

}  // namespace
}  // namespace setpoint::test
