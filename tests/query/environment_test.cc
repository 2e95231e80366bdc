// Environments: where they are read, what of it counts, and what waits for promotion between two of them.
#include "query/environment.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "query/diff.h"
#include "query/errors.h"
#include "query/list.h"
#include "query/log.h"
#include "query/position.h"
#include "storage/base/concat.h"
#include "storage/engine/write_batch.h"
#include "storage/projections/repository_settings.h"
#include "tests/scenarios/scenario.h"
#include "tests/support/store_under_test.h"
#include "tests/support/temporary_directory.h"

namespace setpoint::query {
namespace {

constexpr char kWeb[] = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: 1}\n";
constexpr char kWebTwo[] = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: 2}\n";
constexpr char kApi[] = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: api}\n";

class EnvironmentTest : public testing::Test {
 protected:
  EnvironmentTest() : scenario_(directory_.path() + "/source.git") {
    scenario_.CommitFiles("A", {}, {{"staging/web.yaml", kWeb}, {"prod/web.yaml", kWeb}, {"other.yaml", "x: 1\n"}});
    scenario_.CommitFiles("B", {"A"}, {{"staging/web.yaml", kWebTwo}, {"staging/api.yaml", kApi}});
    scenario_.CommitFiles("C", {"B"}, {{"prod/moved/only-prod.yaml", "x: 1\n"}});
    scenario_.Observe({{"main", "C"}, {"refs/tags/v1", "A"}});
    storage::RepositorySettings settings = test::StoreUnderTest::OwnEverything(scenario_.directory());
    settings.owned_patterns = {"refs/heads/*"};
    store_ = std::make_unique<test::StoreUnderTest>(directory_.path() + "/store", settings);
    scenario_.Show(0);
    store_->Ingest();
    Set({{"prod", "main", "prod/"}, {"staging", "", "staging/"}, {"all", "", ""}});
  }

  void Set(std::vector<storage::Environment> environments) {
    storage::Store& store = *store_->database().store;
    auto settings = storage::ListRepositorySettings(store).value().front();
    settings.environments = std::move(environments);
    storage::WriteBatch batch;
    storage::PutRepositorySettings(settings, batch);
    ASSERT_TRUE(store.Write(batch).ok());
  }

  ResolvedPosition At(const std::string& environment, const std::string& text = "") {
    const View view(store_->database());
    const auto position = ResolvePosition(view, {.repository = "", .text = text, .environment = environment});
    EXPECT_TRUE(position.ok()) << position.status();
    return position.value();
  }

  std::string Keys(const std::string& environment, const std::string& at = "") {
    const View view(store_->database());
    const ResolvedPosition position = At(environment, at);
    Selector selector;
    selector.scope = position.Scope();
    const auto answer = ListResources(view, {.position = position.position, .selector = selector, .after_key = ""});
    std::string text;
    for (const ListItem& each : answer.value()) text += storage::Concat(each.key, " ");
    return text;
  }

  // As whoever may see one environment alone has it.
  View Seeing(const std::string& environment) {
    const auto scopes = ScopesOfEnvironment(store_->database(), "", environment);
    EXPECT_TRUE(scopes.ok()) << scopes.status();
    return View(store_->database(), {.scopes = std::make_shared<const std::vector<VisibleScope>>(*scopes)});
  }

  std::string KeysSeen(const std::string& environment, const std::string& at = "") {
    const View view = Seeing(environment);
    const auto position = ResolvePosition(view, {.repository = "", .text = at, .environment = ""});
    EXPECT_TRUE(position.ok()) << position.status();
    const auto answer = ListResources(view, {.position = position->position, .selector = {}, .after_key = ""});
    std::string text;
    for (const ListItem& each : answer.value()) text += storage::Concat(each.key, " ");
    return text;
  }

  const test::TemporaryDirectory directory_;
  test::Scenario scenario_;
  std::unique_ptr<test::StoreUnderTest> store_;
};

TEST_F(EnvironmentTest, OnlyWhatLiesBelowItsFolderCounts) {
  EXPECT_EQ(Keys("staging"), "staging/api.yaml#Deployment.apps/api staging/web.yaml#Deployment.apps/web ");
  EXPECT_EQ(Keys("prod"), "prod/moved/only-prod.yaml#Data prod/web.yaml#Deployment.apps/web ");
  EXPECT_EQ(Keys("prod", "r2"), "prod/web.yaml#Deployment.apps/web ");
  EXPECT_EQ(At("all").position, At("prod").position);
  EXPECT_FALSE(At("prod").fixed);
}

TEST_F(EnvironmentTest, AnUnknownOneIsSaid) {
  const View view(store_->database());
  const auto status = ResolvePosition(view, {.repository = "", .text = "", .environment = "test"}).status();
  EXPECT_EQ(ReasonOf(status), reason::kUnknownEnvironment);
  EXPECT_NE(status.message().find("prod"), std::string::npos);
}

TEST_F(EnvironmentTest, PositionsAreItsRefThen) {
  const storage::Environment release{"rel", "release", ""};
  EXPECT_EQ(PositionInEnvironment(release, "", 0), "release");
  EXPECT_EQ(PositionInEnvironment(release, "r12", 0), "release@{r12}");
  EXPECT_EQ(PositionInEnvironment(release, "2026-01-31", 0), "release@{2026-01-31}");
  EXPECT_EQ(PositionInEnvironment(release, "2h ago", 1'000'000), "release@{2h ago}");
  EXPECT_EQ(PositionInEnvironment(release, "v1.0", 0), "v1.0");
  EXPECT_EQ(PositionInEnvironment({"main", "", "a/"}, "r12", 0), "@{r12}");
}

TEST_F(EnvironmentTest, WhoMaySeeOneSeesWhatItMeans) {
  Set({{"prod", "main", "prod/"}, {"staging", "", "staging/"}, {"pinned", "v1", "staging/"}, {"lost", "none", ""}});
  EXPECT_EQ(KeysSeen("prod"), "prod/moved/only-prod.yaml#Data prod/web.yaml#Deployment.apps/web ");
  EXPECT_EQ(KeysSeen("staging"), "staging/api.yaml#Deployment.apps/api staging/web.yaml#Deployment.apps/web ");
  for (const char* nothing : {"lost", "unknown"}) {
    EXPECT_TRUE(ScopesOfEnvironment(store_->database(), "", nothing)->empty()) << nothing;
  }
  EXPECT_TRUE(ScopesOfEnvironment(store_->database(), "other", "prod")->empty());
  Set({{"prod", "main", "other.yaml"}});
  EXPECT_EQ(KeysSeen("prod"), "other.yaml#Data ");
}

TEST_F(EnvironmentTest, OneOfATagIsSeenWhereTheTagPoints) {
  Set({{"pinned", "v1", "staging/"}});
  EXPECT_EQ(KeysSeen("pinned", "v1"), "staging/web.yaml#Deployment.apps/web ");
  const View view = Seeing("pinned");
  for (const char* hidden : {"main", "", "r4"}) {
    const auto position = ResolvePosition(view, {.repository = "", .text = hidden, .environment = ""});
    EXPECT_TRUE(absl::IsNotFound(position.status())) << hidden << position.status();
  }
}

TEST_F(EnvironmentTest, WhoMaySeeOneKnowsOfNoOther) {
  const View view = Seeing("staging");
  const auto error = [&](const std::string& name) {
    return std::string(FindEnvironment(view, storage::RepositoryId(1), name).status().message());
  };
  EXPECT_EQ(error("prod"), "the repository repo has no environment 'prod'; there are staging, all");
  EXPECT_TRUE(FindEnvironment(view, storage::RepositoryId(1), "staging").ok());
}

TEST_F(EnvironmentTest, KeysAreWholeOrBeginBelowTheFolder) {
  const storage::Environment prod{"prod", "", "clusters/prod/"};
  EXPECT_EQ(KeyInEnvironment(prod, "web.yaml#Data"), "clusters/prod/web.yaml#Data");
  EXPECT_EQ(KeyInEnvironment(prod, "clusters/prod/web.yaml#Data"), "clusters/prod/web.yaml#Data");
}

TEST_F(EnvironmentTest, WhatWaitsForPromotion) {
  const View view(store_->database());
  const ResolvedPosition staging = At("staging");
  const ResolvedPosition prod = At("prod");
  const DiffRequest request{.from = {staging.position, staging.Scope()},
                            .to = {prod.position, prod.Scope()},
                            .selector = {},
                            .purpose = DiffPurpose::kPromotion};
  const auto differences = ReadDiff(view, request).value();
  std::string text;
  for (const ResourceDifference& each : differences) {
    const storage::StateItem& item = each.after ? *each.after : *each.before;
    text +=
        storage::Concat(view.catalog.names.ResourceKey(item.resource), each.waits.value() ? " waits, " : " ahead, ");
  }
  EXPECT_EQ(text,
            "prod/moved/only-prod.yaml#Data ahead, prod/web.yaml#Deployment.apps/web waits, "
            "staging/api.yaml#Deployment.apps/api waits, ");
  EXPECT_EQ(CountWaiting(differences), 2u);
}

TEST_F(EnvironmentTest, TheLogOfOneIsThatOfItsFolder) {
  const View view(store_->database());
  LogRequest request{.repository = storage::RepositoryId(1), .position = At("prod").position, .filter = {}};
  request.filter.scope = At("prod").Scope();
  const auto log = ReadLog(view, request);
  ASSERT_TRUE(log.ok()) << log.status();
  std::string text;
  for (const LogItem& item : *log) text += scenario_.NameOf(item.entry.commit);
  EXPECT_EQ(text, "CA");
}

}  // namespace
}  // namespace setpoint::query
