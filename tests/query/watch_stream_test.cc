// The stream of a small repository, told as a story.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "query/errors.h"
#include "query/watcher.h"
#include "storage/base/concat.h"
#include "storage/engine/write_batch.h"
#include "storage/log/content_store.h"
#include "storage/log/meta.h"
#include "storage/projections/repository_settings.h"
#include "storage/projections/versions.h"
#include "tests/query/watch_support.h"
#include "tests/support/git_history.h"
#include "tests/support/store_under_test.h"
#include "tests/support/temporary_directory.h"

namespace setpoint::test {
namespace {

using query::Watcher;
using query::WatchEvent;
using query::WatchOptions;
using storage::Concat;
using storage::ObjectId;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::string ConfigMap(const std::string& name, const std::string& tier, const std::string& value) {
  return Concat("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ", name, ", labels: {tier: ", tier,
                "}}\ndata: {v: '", value, "'}\n");
}

// One event in a few words: "r3.1 updated a.yaml#ConfigMap/a".
std::string Words(const WatchEvent& event) {
  std::string words = event.type == WatchEvent::Type::kState ? "-" : event.cursor.Text();
  switch (event.type) {
    case WatchEvent::Type::kChange:
      words.append(Concat(" ", query::OperationName(event.operation), " ", event.key));
      if (!event.moved_from.empty()) words.append(Concat(" from ", event.moved_from));
      break;
    case WatchEvent::Type::kEntry:
      words.append(Concat(" [", query::CauseName(event.entry->facts.cause), "]"));
      break;
    case WatchEvent::Type::kState:
      words.append(Concat(" state ", event.key));
      break;
    case WatchEvent::Type::kSynced:
      words.append(" synced");
      break;
    case WatchEvent::Type::kBookmark:
      words.append(" bookmark");
      break;
    case WatchEvent::Type::kClosed:
      words.append(" closed");
      break;
  }
  if (event.reformatted) words.append(" reformatted");
  if (event.stale) words.append(" stale");
  if (event.by_filter) words.append(" by_filter");
  if (event.last) words.append(" last");
  return words;
}

class WatchStreamTest : public testing::Test {
 protected:
  WatchStreamTest() : history_(directory_.path() + "/source") {}

  ObjectId Commit(const HistoryCommit& commit) {
    HistoryCommit next = commit;
    if (!tip_.IsZero()) next.parents = {tip_};
    tip_ = history_.Commit(next);
    history_.SetRef("refs/heads/main", tip_);
    return tip_;
  }

  // The store, with everything that the repository has.
  StoreUnderTest& Store() {
    if (store_ == nullptr) {
      storage::RepositorySettings settings;
      settings.name = "repo";
      settings.source = history_.directory();
      settings.owned_patterns = {"refs/heads/*"};
      store_ = std::make_unique<StoreUnderTest>(directory_.path() + "/data", settings);
    }
    store_->Ingest();
    return *store_;
  }

  std::vector<std::string> Stream(WatchOptions options) {
    std::vector<std::string> words;
    const auto watcher = OpenWatcher(Store().database(), std::move(options));
    if (watcher == nullptr) return words;
    for (const WatchEvent& event : Drain(*watcher, 100)) words.push_back(Words(event));
    return words;
  }

  WatchOptions From(const std::string& from) {
    WatchOptions options;
    options.from = from;
    return options;
  }

  absl::Status OpenError(const WatchOptions& options) { return Watcher::Open(Store().database(), options).status(); }

  TemporaryDirectory directory_;
  GitHistory history_;
  ObjectId tip_;
  std::unique_ptr<StoreUnderTest> store_;
};

TEST_F(WatchStreamTest, TellsTheLifeOfResources) {
  Commit({.files = {{"a.yaml", ConfigMap("a", "front", "1")}, {"b.yaml", ConfigMap("b", "back", "1")}}});
  Commit({.files = {{"a.yaml", ConfigMap("a", "front", "2")}}});
  Commit({.files = {{"b.yaml", "kind: [unclosed"}}});
  Commit({.files = {{"b.yaml", ConfigMap("b", "back", "1")}}});
  Commit({.files = {{"c/a.yaml", ConfigMap("a", "front", "2")}}, .removed = {"a.yaml"}});
  Commit({.files = {}, .removed = {"b.yaml"}});
  EXPECT_THAT(Stream(From("start")), ElementsAre("r1.0 [ref_created] last",                                       //
                                                 "r2.1 created a.yaml#ConfigMap/a",                               //
                                                 "r2.2 created b.yaml#ConfigMap/b last",                          //
                                                 "r3.1 updated a.yaml#ConfigMap/a last",                          //
                                                 "r4.1 decode_failed b.yaml#ConfigMap/b stale last",              //
                                                 "r5.1 updated b.yaml#ConfigMap/b last",                          //
                                                 "r6.1 moved c/a.yaml#ConfigMap/a from a.yaml#ConfigMap/a last",  //
                                                 "r7.1 deleted b.yaml#ConfigMap/b last"));
}

// What was held by a broken file and then removed is not stale any more, whoever looks.
TEST_F(WatchStreamTest, ADeletionIsTheSameWithAFilter) {
  Commit({.files = {{"a.yaml", ConfigMap("a", "front", "1")}, {"b.yaml", ConfigMap("b", "back", "1")}}});
  Commit({.files = {{"a.yaml", "kind: [unclosed"}}});
  Commit({.files = {}, .removed = {"a.yaml"}});
  WatchOptions by_kind = From("r3");
  by_kind.selector.kind = "ConfigMap";
  EXPECT_THAT(Stream(From("r3")), ElementsAre("r4.1 deleted a.yaml#ConfigMap/a last"));
  EXPECT_EQ(Stream(by_kind), Stream(From("r3")));
}

// A force-push to where a file is broken: what it holds is new here, and whoever does nothing on `decode_failed` would
// never have it.
TEST_F(WatchStreamTest, WhatABrokenFileHoldsIsCreatedWhereItIsNew) {
  Commit({.files = {{"b.yaml", ConfigMap("b", "back", "1")}}});
  Store();
  const ObjectId good = history_.Commit({.files = {{"a.yaml", ConfigMap("a", "front", "1")}}});
  history_.SetRef("refs/heads/main", history_.Commit({.parents = {good}, .files = {{"a.yaml", "kind: [unclosed"}}}));
  EXPECT_THAT(Stream(From("r2")), testing::Contains("r5.1 created a.yaml#ConfigMap/a stale by_filter"));
}

// What was erased is told without its content, and no filter that asks for content takes it: as a list has it.
TEST_F(WatchStreamTest, WhatWasErasedIsToldWithoutItsContent) {
  Commit({.files = {{"a.yaml", ConfigMap("a", "front", "1")}}});
  storage::Database& database = Store().database();
  WatchOptions by_label = From("r1");
  by_label.selector.labels = query::LabelSelector::Parse("tier=front").value();
  EXPECT_THAT(Stream(by_label), ElementsAre("r2.1 created a.yaml#ConfigMap/a last"));
  const storage::ResourceId resource = database.catalog.names.FindResource("a.yaml#ConfigMap/a");
  const auto version = storage::FindVersion(*database.store, database.catalog.timelines, resource,
                                            {storage::TimelineId(1), storage::Revision(2)});
  storage::WriteBatch batch;
  storage::PutErasedContent(version->value().content, {.who = "ann", .when = 1, .why = "a leaked token"}, batch);
  ASSERT_TRUE(database.store->Write(batch).ok());
  const std::vector<WatchEvent> events = Drain(*OpenWatcher(database, From("r1")), 100);
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].key, "a.yaml#ConfigMap/a");
  EXPECT_EQ(events[0].content, "");
  EXPECT_THAT(Stream(by_label), IsEmpty());
}

// An environment stands for its ref and what lies below its folder, also for where a watch begins.
TEST_F(WatchStreamTest, AnEnvironmentIsItsRefAndItsFolder) {
  Commit({.files = {{"prod/a.yaml", ConfigMap("a", "front", "1")}, {"b.yaml", ConfigMap("b", "back", "1")}}});
  Commit({.files = {{"prod/a.yaml", ConfigMap("a", "front", "2")}, {"b.yaml", ConfigMap("b", "back", "2")}}});
  storage::Database& database = Store().database();
  auto settings = storage::ListRepositorySettings(*database.store).value().front();
  settings.environments = {{"prod", "main", "prod/"}};
  storage::WriteBatch batch;
  storage::PutRepositorySettings(settings, batch);
  ASSERT_TRUE(database.store->Write(batch).ok());
  WatchOptions prod = From("r1");
  prod.environment = "prod";
  EXPECT_THAT(Stream(query::EnterEnvironment(database, prod).value()),
              ElementsAre("r2.2 created prod/a.yaml#ConfigMap/a last", "r3.2 updated prod/a.yaml#ConfigMap/a last"));
  prod.from = "2026-01-31";
  EXPECT_EQ(query::EnterEnvironment(database, prod)->from, "main@{2026-01-31}");
  prod.refs.refs = {"main"};
  EXPECT_EQ(query::EnterEnvironment(database, prod).status().code(), absl::StatusCode::kInvalidArgument);
  prod.refs.refs.clear();
  prod.environment = "test";
  EXPECT_EQ(query::EnterEnvironment(database, prod).status().code(), absl::StatusCode::kNotFound);
}

// A line too many, and a manifest is a file like any other: its resource goes, and whoever would prune it is told why.
TEST_F(WatchStreamTest, SaysWhatGoesByAFileThatLostItsShape) {
  Commit({.files = {{"a.yaml", ConfigMap("a", "front", "1")}, {"b.yaml", ConfigMap("b", "back", "1")}}});
  Commit({.files = {{"a.yaml", "v: 1\n"}}, .removed = {"b.yaml"}});
  Commit({.files = {{"a.yaml", ConfigMap("a", "front", "1")}}});
  const std::vector<std::string> all = Stream(From("r2"));
  EXPECT_THAT(all, ElementsAre(testing::EndsWith("reformatted"), "r3.2 deleted a.yaml#ConfigMap/a reformatted",
                               "r3.3 deleted b.yaml#ConfigMap/b last", testing::StartsWith("r4.1 created"),
                               testing::StartsWith("r4.2 deleted")));
  WatchOptions by_kind = From("r2");
  by_kind.selector.kind = "ConfigMap";
  EXPECT_THAT(Stream(by_kind),
              ElementsAre("r3.2 deleted a.yaml#ConfigMap/a reformatted", "r3.3 deleted b.yaml#ConfigMap/b last",
                          "r4.1 created a.yaml#ConfigMap/a last"));
  const auto watcher = OpenWatcher(Store().database(), From("r2"));
  const std::vector<WatchEvent> events = Drain(*watcher, 100);
  EXPECT_THAT(query::EncodeWatchEvent(events[1]), HasSubstr(R"("reformatted":true,"stale":)"));
  EXPECT_THAT(query::EncodeWatchEvent(events[2]), testing::Not(HasSubstr("reformatted")));
}

TEST_F(WatchStreamTest, ShowsWhatEntersAndLeavesTheFilter) {
  Commit({.files = {{"a.yaml", ConfigMap("a", "front", "1")}}});
  Commit({.files = {{"a.yaml", ConfigMap("a", "back", "1")}}});
  Commit({.files = {{"a.yaml", ConfigMap("a", "front", "2")}}});
  Commit({.files = {{"prod/a.yaml", ConfigMap("a", "front", "2")}}, .removed = {"a.yaml"}});
  WatchOptions by_label = From("r1");
  by_label.selector.labels = *query::LabelSelector::Parse("tier=front");
  EXPECT_THAT(Stream(by_label),
              ElementsAre("r2.1 created a.yaml#ConfigMap/a last", "r3.1 deleted a.yaml#ConfigMap/a by_filter last",
                          "r4.1 created a.yaml#ConfigMap/a by_filter last",
                          "r5.1 moved prod/a.yaml#ConfigMap/a from a.yaml#ConfigMap/a last"));
  WatchOptions in_prod = From("r1");
  in_prod.selector.path_prefix = "prod/";
  EXPECT_THAT(Stream(in_prod), ElementsAre("r5.1 created prod/a.yaml#ConfigMap/a by_filter last"));
  WatchOptions out_of_prod = From("r4");
  out_of_prod.selector.path_prefix = "a.yaml";
  EXPECT_THAT(Stream(out_of_prod), ElementsAre("r5.1 deleted a.yaml#ConfigMap/a by_filter last"));
}

TEST_F(WatchStreamTest, FollowsABranchThroughItsFork) {
  const ObjectId first = Commit({.files = {{"a.yaml", ConfigMap("a", "x", "1")}}});
  Store();
  history_.SetRef("refs/heads/release", first);
  Store();
  Commit({.files = {{"a.yaml", ConfigMap("a", "x", "2")}}});  // On main only.
  history_.SetRef("refs/heads/release",
                  history_.Commit({.parents = {first}, .files = {{"r.yaml", ConfigMap("r", "x", "1")}}}));
  WatchOptions release = From("start");
  release.refs.refs = {"release"};
  EXPECT_THAT(Stream(release), ElementsAre("r1.0 [ref_created] last", "r2.1 created a.yaml#ConfigMap/a last",
                                           "r3.0 [ref_created] last", "r5.1 created r.yaml#ConfigMap/r last"));
  WatchOptions both = From("start");
  both.refs.refs = {"release", "main"};
  EXPECT_THAT(Stream(both),
              ElementsAre("r1.0 [ref_created] last", "r2.1 created a.yaml#ConfigMap/a last", "r3.0 [ref_created] last",
                          "r4.1 updated a.yaml#ConfigMap/a last", "r5.1 created r.yaml#ConfigMap/r last"));
}

TEST_F(WatchStreamTest, SaysThatAForcePushIsOne) {
  const ObjectId first = Commit({.files = {{"a.yaml", ConfigMap("a", "x", "1")}}});
  Commit({.files = {{"a.yaml", ConfigMap("a", "x", "2")}}});
  Store();
  history_.SetRef("refs/heads/main", first);
  EXPECT_THAT(Stream(From("r3")), ElementsAre("r4.0 [reset]", "r4.1 updated a.yaml#ConfigMap/a last"));
  EXPECT_THAT(Stream(From("r4.0")), ElementsAre("r4.1 updated a.yaml#ConfigMap/a last"));
  EXPECT_THAT(Stream(From("r4.1")), IsEmpty());
}

TEST_F(WatchStreamTest, EndsWithItsRef) {
  const ObjectId first = Commit({.files = {{"a.yaml", ConfigMap("a", "x", "1")}}});
  history_.SetRef("refs/heads/gone", first);
  Store();
  history_.DeleteRef("refs/heads/gone");
  WatchOptions gone = From("r3");
  gone.refs.refs = {"gone"};
  const auto watcher = OpenWatcher(Store().database(), gone);
  auto batch = watcher->Next({});
  ASSERT_TRUE(batch.ok());
  ASSERT_EQ(batch->events.size(), 1U);
  EXPECT_EQ(Words(batch->events[0]), "r4.0 [ref_deleted] last");
  EXPECT_TRUE(batch->ended);
  // Back again: the stream goes on where it stood.
  history_.SetRef("refs/heads/gone", first);
  Store();
  batch = watcher->Next({});
  ASSERT_TRUE(batch.ok());
  EXPECT_FALSE(batch->ended);
  EXPECT_EQ(batch->events.size(), 1U);
}

TEST_F(WatchStreamTest, BeginsWithTheStateWhereAskedTo) {
  Commit({.files = {{"b.yaml", ConfigMap("b", "x", "1")}, {"a.yaml", ConfigMap("a", "x", "1")}}});
  Commit({.files = {{"a.yaml", ConfigMap("a", "x", "2")}}});
  WatchOptions options = From("r2");
  options.snapshot = true;
  EXPECT_THAT(Stream(options), ElementsAre("- state a.yaml#ConfigMap/a", "- state b.yaml#ConfigMap/b", "r2 synced",
                                           "r3.1 updated a.yaml#ConfigMap/a last"));
  options.from = "r2.1";
  EXPECT_EQ(OpenError(options).code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(WatchStreamTest, TakesEveryKindOfStart) {
  const ObjectId first = Commit({.files = {{"a.yaml", ConfigMap("a", "x", "1")}}});
  Commit({.files = {{"a.yaml", ConfigMap("a", "x", "2")}}});
  EXPECT_THAT(Stream(From("")), IsEmpty());
  EXPECT_THAT(Stream(From("now")), IsEmpty());
  EXPECT_THAT(Stream(From("r2.1")), ElementsAre("r3.1 updated a.yaml#ConfigMap/a last"));
  EXPECT_THAT(Stream(From(first.Hex())), ElementsAre("r3.1 updated a.yaml#ConfigMap/a last"));
  EXPECT_THAT(Stream(From("main@{r2}")), ElementsAre("r3.1 updated a.yaml#ConfigMap/a last"));
  EXPECT_EQ(OpenError(From("r4")).code(), absl::StatusCode::kOutOfRange);
  EXPECT_EQ(OpenError(From("nowhere")).code(), absl::StatusCode::kNotFound);
}

TEST_F(WatchStreamTest, RefusesWhatHasNoStream) {
  history_.Tag("v1", Commit({.files = {{"a.yaml", ConfigMap("a", "x", "1")}}}));
  WatchOptions tag = From("start");
  tag.refs.refs = {"v1"};
  const absl::Status pointing = OpenError(tag);
  EXPECT_EQ(pointing.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(query::ReasonOf(pointing), "pointing-ref");
  EXPECT_THAT(pointing.ToString(), HasSubstr("--ref 'refs/tags/v1'"));
  tag.refs.refs = {"nowhere"};
  EXPECT_EQ(OpenError(tag).code(), absl::StatusCode::kNotFound);
  tag.refs = {.repository = "other", .refs = {}};
  EXPECT_EQ(query::ReasonOf(OpenError(tag)), "unknown-repository");
}

TEST_F(WatchStreamTest, RefusesWhatWasCutAndSaysWhereToBegin) {
  for (int i = 0; i < 3; ++i) Commit({.files = {{"a.yaml", ConfigMap("a", "x", std::to_string(i))}}});
  Store();
  storage::WriteBatch batch;
  storage::PutOldest(storage::Revision(3), batch);
  ASSERT_TRUE(Store().database().store->Write(batch).ok());
  for (const char* cut : {"start", "r1", "r2", "r2.1", "r3.0"}) {
    const absl::Status refusal = OpenError(From(cut));
    EXPECT_EQ(refusal.code(), absl::StatusCode::kOutOfRange) << cut;
    EXPECT_THAT(refusal.ToString(), HasSubstr("r3,")) << cut;
  }
  EXPECT_EQ(Drain(*OpenWatcher(Store().database(), From("r3")), 10).size(), 1U);
}

TEST_F(WatchStreamTest, WritesTheseBytes) {
  Commit({.files = {{"a.yaml", ConfigMap("a", "x", "1")}}, .message = "Say a\n\nAt length.\n", .time = 1'700'000'000});
  const std::string commit =
      Concat(R"("commit":{"id":")", tip_.Hex(),
             R"(","author":"Ada Author <ada@example.com>","committed":"2023-11-14T22:13:20Z","message":"Say a"})");
  const auto watcher = OpenWatcher(Store().database(), From("start"));
  const std::vector<WatchEvent> events = Drain(*watcher, 10);
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(query::EncodeWatchEvent(events[0]),
            R"({"type":"ref_created","cursor":"r1.0","revision":1,"repository":"repo","ref":"refs/heads/main",)"
            R"("timeline":"refs/heads/main","observed":"2027-01-15T08:00:00Z","base":null,"commit":null,"last":true})");
  EXPECT_EQ(
      query::EncodeWatchEvent(events[1]),
      Concat(R"({"type":"change","cursor":"r2.1","revision":2,"repository":"repo","ref":"refs/heads/main",)",
             R"("timeline":"refs/heads/main","operation":"created","key":"a.yaml#ConfigMap/a","format":"kubernetes",)",
             R"("kind":"ConfigMap","group":null,"namespace":null,"name":"a","path":"a.yaml","content_hash":")",
             events[1].content_hash.Hex(), R"(","stale":false,)", commit,
             R"(,"content":{"apiVersion":"v1","data":{"v":"1"},"kind":"ConfigMap","metadata":{"labels":{"tier":"x"},)",
             R"("name":"a"}},"last":true})"));
  EXPECT_EQ(query::EncodeWatchEvent(query::MakeMark(WatchEvent::Type::kBookmark, watcher->cursor())),
            R"({"type":"bookmark","cursor":"r2","revision":2})");
  WatchEvent closed = query::MakeMark(WatchEvent::Type::kClosed, watcher->cursor());
  closed.reason = "the server stops";
  EXPECT_EQ(query::EncodeWatchEvent(closed),
            R"({"type":"closed","cursor":"r2","revision":2,"reason":"the server stops","final":false})");
  closed.without_cursor = true;
  EXPECT_EQ(query::EncodeWatchEvent(closed),
            R"({"type":"closed","revision":2,"reason":"the server stops","final":false})");
}

}  // namespace
}  // namespace setpoint::test
