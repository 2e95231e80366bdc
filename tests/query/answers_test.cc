// Positions, lists, single resources and their texts, on one small store.
#include <gtest/gtest.h>

#include <memory>

#include "query/errors.h"
#include "query/get.h"
#include "query/list.h"
#include "query/log.h"
#include "query/position.h"
#include "query/position_json.h"
#include "query/raw_text.h"
#include "query/refs.h"
#include "query/resource_json.h"
#include "query/time_text.h"
#include "tests/support/git_history.h"
#include "tests/support/store_under_test.h"
#include "tests/support/temporary_directory.h"

namespace setpoint::query {
namespace {

constexpr int64_t kBegin = 1'700'000'000;
constexpr std::string_view kWeb =
    "# the shop's front\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\n  namespace: shop\n"
    "  labels: {app: web, tier: front}\nspec:\n  replicas: 1\n---\napiVersion: v1\nkind: Service\nmetadata:\n  name: "
    "web\n"
    "  namespace: shop\n";

std::string WithReplicas(int count) {
  std::string text(kWeb);
  text.replace(text.find("replicas: 1"), 11, "replicas: " + std::to_string(count));
  return text;
}

// r1 ref_created, r2 A, r3 B, r4 C on main; then the branch dev. The tags v1 (A) and dev (B) point.
class AnswersTest : public testing::Test {
 protected:
  AnswersTest() : history_(directory_.path() + "/source.git") {
    a_ = history_.Commit(
        {.files = {{"apps/web.yaml", WithReplicas(1)}, {"run.sh", "#!/bin/sh\necho hi\n"}}, .time = kBegin});
    b_ = history_.Commit({.parents = {a_}, .files = {{"apps/web.yaml", WithReplicas(2)}}, .time = kBegin + 3600});
    c_ = history_.Commit({.parents = {b_}, .files = {{"apps/web.yaml", "broken: [\n"}}, .time = kBegin + 7200});
    side_ = history_.Commit({.parents = {a_}, .files = {{"n.json", "{\"x\": 1}"}}, .time = kBegin + 60});
    history_.SetRef("refs/heads/main", c_);
    history_.SetRef("refs/heads/dev", side_);
    history_.SetRef("refs/tags/v1", a_);
    history_.SetRef("refs/tags/dev", b_);
    storage::RepositorySettings settings;
    settings.name = "repo";
    settings.source = history_.directory();
    settings.owned_patterns = {"refs/heads/*"};
    store_ = std::make_unique<test::StoreUnderTest>(directory_.path() + "/store", settings);
    store_->clock().Set(kBegin + 10'000);
    store_->Ingest();
  }

  absl::StatusOr<ResolvedPosition> Resolve(const std::string& text,
                                           storage::TimeAxis axis = storage::TimeAxis::kCommitted) {
    return ResolvePosition(View(store_->database()),
                           {.repository = "", .text = text, .axis = axis, .now = kBegin + 7200});
  }

  // The commit's letter at a position, or the reason why there is none.
  std::string At(const std::string& text, storage::TimeAxis axis = storage::TimeAxis::kCommitted) {
    auto position = Resolve(text, axis);
    if (!position.ok()) return ReasonOf(position.status());
    auto entry = ReadEntryFacts(View(store_->database()), position->position.revision);
    EXPECT_TRUE(entry.ok()) << entry.status();
    const storage::ObjectId& commit = entry->commit;
    return commit == a_ ? "A" : commit == b_ ? "B" : commit == c_ ? "C" : commit == side_ ? "side" : "nothing";
  }

  std::vector<std::string> Keys(const std::string& at, Selector selector = {}) {
    const View view(store_->database());
    auto position = Resolve(at);
    EXPECT_TRUE(position.ok()) << position.status();
    auto answer = ListResources(view, {position->position, std::move(selector), ""});
    EXPECT_TRUE(answer.ok()) << answer.status();
    std::vector<std::string> keys;
    for (const ListItem& item : *answer) keys.emplace_back(item.key);
    return keys;
  }

  absl::StatusOr<std::string> Raw(const std::string& key, const std::string& at) {
    const View view(store_->database());
    auto position = Resolve(at);
    if (!position.ok()) return position.status();
    auto version = GetResource(view, position->position, key);
    if (!version.ok()) return version.status();
    return ReadRawText(view, {position->repository, position->position, *version});
  }

  const test::TemporaryDirectory directory_;
  test::GitHistory history_;
  storage::ObjectId a_, b_, c_, side_;
  std::unique_ptr<test::StoreUnderTest> store_;
};

constexpr char kDeployment[] = "apps/web.yaml#Deployment.apps/shop/web";
constexpr char kService[] = "apps/web.yaml#Service/shop/web";

TEST_F(AnswersTest, EveryFormOfAPosition) {
  EXPECT_EQ(At(""), "C");
  EXPECT_EQ(At("HEAD"), "C");
  EXPECT_EQ(At("main"), "C");
  EXPECT_EQ(At("refs/heads/main"), "C");
  EXPECT_EQ(At("r1"), "nothing");
  EXPECT_EQ(At("r2"), "A");
  EXPECT_EQ(At(b_.Hex()), "B");
  EXPECT_EQ(At(b_.Hex().substr(0, 7)), "B");
  EXPECT_EQ(At(side_.Hex()), "side");
  EXPECT_EQ(At("main@{r3}"), "B");
  EXPECT_EQ(At("main@{r999}"), "C");
  EXPECT_EQ(At("@{r2}"), "A");
  EXPECT_EQ(At("v1"), "A");
  EXPECT_EQ(At("refs/heads/dev"), "side");
  EXPECT_EQ(At("refs/tags/dev"), "B");
}

TEST_F(AnswersTest, Moments) {
  EXPECT_EQ(At(FormatTime(kBegin)), "A");
  EXPECT_EQ(At(FormatTime(kBegin + 3599)), "A");
  EXPECT_EQ(At(FormatTime(kBegin + 3600)), "B");
  EXPECT_EQ(At("1h ago"), "B");
  EXPECT_EQ(At("main@{" + FormatTime(kBegin + 90'000) + "}"), "C");
  EXPECT_EQ(At("main@{30m ago}", storage::TimeAxis::kObserved), reason::kBeforeFirst);
  EXPECT_EQ(At(FormatTime(kBegin + 10'000), storage::TimeAxis::kObserved), "C");
  EXPECT_EQ(At("v1@{" + FormatTime(kBegin + 10'000) + "}", storage::TimeAxis::kObserved), "A");
  EXPECT_EQ(At("v1@{" + FormatTime(kBegin) + "}", storage::TimeAxis::kObserved), reason::kBeforeFirst);
  EXPECT_EQ(Resolve("1h ago")->axis, storage::TimeAxis::kCommitted);
  EXPECT_EQ(Resolve("main")->axis, std::nullopt);
}

TEST_F(AnswersTest, WhyAPositionIsNone) {
  EXPECT_EQ(At("dev"), reason::kAmbiguousPosition);
  EXPECT_NE(Resolve("dev").status().message().find("refs/tags/dev"), std::string::npos);
  EXPECT_EQ(At("nothing-here"), reason::kUnknownPosition);
  EXPECT_EQ(At("r999"), reason::kUnknownPosition);
  EXPECT_EQ(At("r0"), reason::kUnknownPosition);
  EXPECT_EQ(At("0123456789abcdef0123456789abcdef01234567"), reason::kUnknownCommit);
  EXPECT_EQ(At("0123456"), reason::kUnknownCommit);
  EXPECT_EQ(At(FormatTime(kBegin - 100'000)), reason::kBeforeFirst);
  EXPECT_EQ(At("v1@{" + FormatTime(kBegin + 10'000) + "}"), reason::kBadPosition);
  EXPECT_EQ(At("main~1"), reason::kBadPosition);
  const View view(store_->database());
  EXPECT_EQ(ReasonOf(ResolvePosition(view, {.repository = "other", .text = ""}).status()), reason::kUnknownRepository);
}

TEST_F(AnswersTest, OnlySomePositionsAreFixed) {
  for (const std::string& text : {std::string("r2"), std::string("main@{r2}"), b_.Hex()})
    EXPECT_TRUE(Resolve(text)->fixed);
  for (const std::string& text : {std::string("main"), std::string("v1"), std::string("main@{r999}"),
                                  b_.Hex().substr(0, 8), FormatTime(kBegin)}) {
    EXPECT_FALSE(Resolve(text)->fixed) << text;
  }
}

TEST_F(AnswersTest, APositionSaysWhereItWasRead) {
  const View view(store_->database());
  JsonWriter json;
  ASSERT_TRUE(WritePosition(view, *Resolve("1h ago"), json).ok());
  EXPECT_EQ(json.text(), "{\"repository\":\"repo\",\"timeline\":\"refs/heads/main\",\"revision\":3,\"commit\":\"" +
                             b_.Hex() + "\",\"committed\":\"" + FormatTime(kBegin + 3600) +
                             "\",\"axis\":\"committed\"}");
}

TEST_F(AnswersTest, ListsByKeyBytes) {
  EXPECT_EQ(Keys("r1"), std::vector<std::string>());
  EXPECT_EQ(Keys("main"), (std::vector<std::string>{kDeployment, kService, "run.sh#File"}));
  EXPECT_EQ(Keys("refs/heads/dev"), (std::vector<std::string>{kDeployment, kService, "n.json#Data", "run.sh#File"}));
}

TEST_F(AnswersTest, Filters) {
  EXPECT_EQ(Keys("main", {.kind = "Service"}), std::vector<std::string>{kService});
  EXPECT_EQ(Keys("main", {.path_prefix = "run"}), std::vector<std::string>{"run.sh#File"});
  EXPECT_EQ(Keys("main", {.labels = *LabelSelector::Parse("app=web")}), std::vector<std::string>{kDeployment});
  EXPECT_EQ(Keys("main", {.labels = *LabelSelector::Parse("app!=web")}),
            (std::vector<std::string>{kService, "run.sh#File"}));
  EXPECT_EQ(Keys("r2", {.fields = {*ParseFieldFilter("/spec/replicas=1")}}), std::vector<std::string>{kDeployment});
  EXPECT_EQ(Keys("r3", {.fields = {*ParseFieldFilter("/spec/replicas=1")}}), std::vector<std::string>());
}

TEST_F(AnswersTest, PagesJoinToTheWholeList) {
  const View view(store_->database());
  for (const char* label : {"", "app!=web"}) {
    std::vector<std::string> keys;
    Selector selector{.labels = *LabelSelector::Parse(label)};
    ListRequest request{Resolve("main")->position, selector, ""};
    for (bool more = true; more;) {
      ScanBudget unbounded;
      auto page = ListScan::Begin(view, request);
      ASSERT_TRUE(page.ok()) << page.status();
      auto item = page->Next(unbounded);
      ASSERT_TRUE(item.ok() && item->has_value());
      keys.emplace_back((*item)->key);
      item = page->Next(unbounded);
      ASSERT_TRUE(item.ok());
      more = item->has_value();
      if (more) request.after_key = page->key_before();
    }
    EXPECT_EQ(keys, Keys("main", selector));
  }
}

// Whatever each turn may look at, the same is found, and no turn looks at more.
TEST_F(AnswersTest, AListInTurnsIsTheWholeList) {
  const View view(store_->database());
  for (const char* label : {"", "app!=web"}) {
    const Selector selector{.labels = *LabelSelector::Parse(label)};
    const auto whole = ListResources(view, {Resolve("main")->position, selector, ""});
    auto scan = ListScan::Begin(view, {Resolve("main")->position, selector, ""});
    ASSERT_TRUE(whole.ok() && scan.ok());
    std::vector<ListItem> found;
    for (int turns = 0; !scan->ended(); ++turns) {
      ASSERT_LT(turns, 100);
      ScanBudget turn{1};
      auto item = scan->Next(turn);
      ASSERT_TRUE(item.ok()) << item.status();
      if (item->has_value()) found.push_back(**item);
    }
    ASSERT_EQ(found.size(), whole->size());
    for (size_t i = 0; i < found.size(); ++i) {
      EXPECT_EQ(found[i].key, (*whole)[i].key);
      EXPECT_EQ(found[i].content_hash, (*whole)[i].content_hash);
      EXPECT_FALSE(found[i].content_hash.IsZero());
    }
  }
}

TEST_F(AnswersTest, TheObjectOfAList) {
  const View view(store_->database());
  auto answer = ListResources(view, {Resolve("main")->position, {.kind = "Deployment"}, ""});
  ASSERT_TRUE(answer.ok() && answer->size() == 1);
  JsonWriter json;
  ASSERT_TRUE(ListJsonWriter(view, ContentPart::kInclude).Write(answer->front(), json).ok());
  auto value = ParseJson(json.text());
  ASSERT_TRUE(value.ok());
  const auto text = [&](std::string_view name) { return std::string(value->Find(name)->text); };
  EXPECT_EQ(text("key"), std::string("\"") + kDeployment + "\"");
  EXPECT_EQ(text("format"), "\"kubernetes\"");
  EXPECT_EQ(text("kind"), "\"Deployment\"");
  EXPECT_EQ(text("group"), "\"apps\"");
  EXPECT_EQ(text("namespace"), "\"shop\"");
  EXPECT_EQ(text("name"), "\"web\"");
  EXPECT_EQ(text("path"), "\"apps/web.yaml\"");
  EXPECT_EQ(text("revision"), "4");
  EXPECT_EQ(text("commit"), "\"" + c_.Hex() + "\"");
  EXPECT_EQ(text("stale"), "true");
  EXPECT_EQ(value->Find("content_hash")->Scalar(), storage::Sha256(text("content")).Hex());
}

TEST_F(AnswersTest, TheObjectOfGet) {
  const View view(store_->database());
  auto position = Resolve("r3");
  auto version = GetResource(view, position->position, kDeployment);
  ASSERT_TRUE(version.ok()) << version.status();
  JsonWriter json;
  ASSERT_TRUE(WriteResource(view, *position, *version, json).ok());
  auto value = ParseJson(json.text());
  ASSERT_TRUE(value.ok()) << json.text();
  for (const char* name :
       {"key", "format", "kind", "position", "version", "content", "content_hash", "stale", "path"}) {
    EXPECT_NE(value->Find(name), nullptr) << name;
  }
  EXPECT_EQ(value->Find("version")->Find("author")->Scalar(), "Ada Author <ada@example.com>");
  EXPECT_EQ(value->Find("version")->Find("operation")->Scalar(), "updated");
  EXPECT_EQ(value->Find("content")->Find("spec")->Find("replicas")->text, "2");
}

TEST_F(AnswersTest, WhatIsNotThereSaysWhy) {
  const View view(store_->database());
  EXPECT_EQ(ReasonOf(GetResource(view, Resolve("main")->position, "n.json#Data").status()), reason::kUnknownResource);
  EXPECT_EQ(ReasonOf(GetResource(view, Resolve("main")->position, "never#Data").status()), reason::kUnknownResource);
}

TEST_F(AnswersTest, TextsAsWritten) {
  const size_t split = kWeb.find("---\n");
  EXPECT_EQ(*Raw("run.sh#File", "main"), "#!/bin/sh\necho hi\n");
  const std::string deployment = *Raw(kDeployment, "r3");
  EXPECT_NE(deployment.find("replicas: 2"), std::string::npos);
  EXPECT_NE(deployment.find("labels: {app: web, tier: front}"), std::string::npos);
  EXPECT_EQ(deployment.find("kind: Service"), std::string::npos);
  const std::string service = *Raw(kService, "r2");
  EXPECT_NE(service.find("kind: Service"), std::string::npos);
  EXPECT_EQ(service.find("Deployment"), std::string::npos);
  EXPECT_LE(service.size(), kWeb.size() - split);
}

TEST_F(AnswersTest, AHeldResourceHasTheTextThatLastDecoded) {
  EXPECT_EQ(*Raw(kDeployment, "main"), *Raw(kDeployment, "r3"));
}

TEST_F(AnswersTest, TheLogAndItsFilters) {
  const View view(store_->database());
  const auto position = *Resolve("main");
  const auto revisions = [&](LogFilter filter, size_t limit = 0) {
    auto items = ReadLog(view, {position.repository, position.position, std::move(filter), limit});
    EXPECT_TRUE(items.ok()) << items.status();
    std::vector<uint64_t> numbers;
    for (const LogItem& item : *items) numbers.push_back(item.position.revision.value);
    return numbers;
  };
  using Numbers = std::vector<uint64_t>;
  const auto with = [](auto change) {
    LogFilter filter;
    change(filter);
    return filter;
  };
  EXPECT_EQ(revisions({}), (Numbers{4, 3, 2, 1}));
  EXPECT_EQ(revisions({}, 2), (Numbers{4, 3}));
  EXPECT_EQ(revisions(with([](LogFilter& f) { f.since = kBegin + 3600; })), (Numbers{4, 3}));
  EXPECT_EQ(revisions(with([](LogFilter& f) { f.until = kBegin; })), Numbers{2});
  EXPECT_EQ(revisions(with([](LogFilter& f) { f.author = "ADA@"; })), (Numbers{4, 3, 2}));
  EXPECT_EQ(revisions(with([](LogFilter& f) { f.author = "nobody"; })), Numbers{});
  EXPECT_EQ(revisions(with([](LogFilter& f) { f.path = "run"; })), Numbers{2});
  EXPECT_EQ(revisions(with([](LogFilter& f) { f.operation = storage::Operation::kDecodeFailed; })), Numbers{4});
  EXPECT_EQ(revisions(with([](LogFilter& f) { f.cause = storage::Cause::kRefCreated; })), Numbers{1});
  EXPECT_EQ(revisions(with([](LogFilter& f) {
              f.kind = "Deployment";
              f.operation = storage::Operation::kUpdated;
            })),
            Numbers{3});
  EXPECT_EQ(revisions(with([](LogFilter& f) { f.signed_only = true; })), Numbers{});
}

TEST_F(AnswersTest, Refs) {
  const View view(store_->database());
  auto items = ListRefs(view, storage::RepositoryId(1));
  ASSERT_TRUE(items.ok()) << items.status();
  std::vector<std::string> lines;
  for (const RefItem& item : *items) {
    lines.push_back(item.name + (item.owned ? " owned" : " pointing") + (item.is_default ? " default" : ""));
  }
  EXPECT_EQ(lines, (std::vector<std::string>{"refs/heads/dev owned", "refs/heads/main owned default",
                                             "refs/tags/dev pointing", "refs/tags/v1 pointing"}));
}

}  // namespace
}  // namespace setpoint::query
