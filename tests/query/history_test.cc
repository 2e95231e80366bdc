// What `history` lists, by the scenarios of scenarios.md: each line is "COMMIT rN operation landed rM".
#include "query/history.h"

#include <gtest/gtest.h>

#include "query/errors.h"
#include "query/history_fields.h"
#include "query/position.h"
#include "tests/scenarios/scenario_fixture.h"

namespace setpoint::query {
namespace {

using Lines = std::vector<std::string>;

class HistoryTest : public test::ScenarioFixture {
 protected:
  absl::StatusOr<std::vector<HistoryItem>> Read(const std::string& key, const std::string& at, size_t limit,
                                                bool own_timeline) {
    const View view(store_->database());
    auto position = ResolvePosition(view, {.repository = "", .text = at});
    if (!position.ok()) return position.status();
    return ReadHistory(view, {position->repository, position->position, key, limit, own_timeline});
  }

  Lines History(const std::string& key, const std::string& at = "main", size_t limit = 0, bool own_timeline = false) {
    auto items = Read(key, at, limit, own_timeline);
    EXPECT_TRUE(items.ok()) << items.status();
    Lines lines;
    if (!items.ok()) return lines;
    for (const HistoryItem& item : *items) {
      std::string line = scenario_.NameOf(item.entry.commit) + " r" + std::to_string(item.entry.revision.value) + " " +
                         std::string(OperationName(item.version.operation));
      if (item.landed != item.entry.revision) line += " landed r" + std::to_string(item.landed.value);
      lines.push_back(line);
    }
    return lines;
  }
};

TEST_F(HistoryTest, LinearWithADeletion) {
  scenario_.Commit("A", {}, "a=1 b=1");
  scenario_.Commit("B", {"A"}, "a=2");
  scenario_.Commit("C", {"B"}, "-b");
  scenario_.Observe({{"main", "C"}});
  Ingest();
  EXPECT_EQ(History("a.yaml#Data"), (Lines{"B r3 updated", "A r2 created"}));
  EXPECT_EQ(History("b.yaml#Data"), (Lines{"C r4 deleted", "A r2 created"}));
  EXPECT_EQ(History("b.yaml#Data", "r3"), Lines{"A r2 created"});
  EXPECT_EQ(History("a.yaml#Data", "main", 1), Lines{"B r3 updated"});
}

TEST_F(HistoryTest, ThroughAMergeToTheSideBranchThatWroteIt) {
  scenario_.Commit("A", {}, "a=1");
  scenario_.Commit("B", {"A"}, "b=1");
  scenario_.Commit("S1", {"A"}, "a=2");
  scenario_.Commit("S2", {"S1"}, "c=1");
  scenario_.Commit("M", {"B", "S2"}, "a=2 c=1");
  scenario_.Observe({{"main", "M"}});
  Ingest();
  EXPECT_EQ(History("a.yaml#Data"), (Lines{"S1 r4 updated landed r6", "A r2 created"}));
  EXPECT_EQ(History("a.yaml#Data", "main", 0, true), (Lines{"M r6 updated", "A r2 created"}));
  EXPECT_EQ(History("c.yaml#Data"), Lines{"S2 r5 created landed r6"});
}

TEST_F(HistoryTest, AFastForwardNamesACommitOnce) {
  scenario_.Commit("A", {}, "a=1");
  scenario_.Commit("F1", {"A"}, "a=2");
  scenario_.Commit("F2", {"F1"}, "b=1");
  scenario_.Commit("E", {"F2"}, "a=3");
  scenario_.Observe({{"main", "A"}, {"feature", "F2"}});
  scenario_.Observe({{"main", "F2"}});
  scenario_.Observe({{"main", "E"}});
  Ingest();
  EXPECT_EQ(History("a.yaml#Data"), (Lines{"E r9 updated", "F1 r4 updated landed r6", "A r2 created"}));
}

TEST_F(HistoryTest, AForcePush) {
  scenario_.Commit("A", {}, "a=1");
  scenario_.Commit("B", {"A"}, "b=1");
  scenario_.Commit("D", {"A"}, "a=3");
  scenario_.Observe({{"main", "B"}});
  scenario_.Observe({{"main", "D"}});
  Ingest();
  EXPECT_EQ(History("a.yaml#Data"), (Lines{"D r4 updated landed r5", "A r2 created"}));
  EXPECT_EQ(History("b.yaml#Data"), (Lines{"D r5 deleted", "B r3 created"}));
}

TEST_F(HistoryTest, TwoRoots) {
  scenario_.Commit("A", {}, "a=1");
  scenario_.Commit("X", {}, "x=1");
  scenario_.Commit("Y", {"X"}, "x=2");
  scenario_.Commit("M", {"A", "Y"}, "x=2");
  scenario_.Observe({{"main", "M"}});
  Ingest();
  EXPECT_EQ(History("x.yaml#Data"), (Lines{"Y r4 updated landed r5", "X r3 created landed r5"}));
}

TEST_F(HistoryTest, StalenessIsPartOfAVersion) {
  scenario_.Commit("A", {}, "f=1");
  scenario_.Commit("B", {"A"}, "f=!");
  scenario_.Commit("C", {"B"}, "f=2");
  scenario_.Commit("S1", {"A"}, "f=!");
  scenario_.Commit("M", {"C", "S1"}, "f=!");
  scenario_.Commit("N", {"M"}, "f=2");
  scenario_.Commit("P", {"N"}, "f=3");
  scenario_.Observe({{"main", "P"}});
  Ingest();
  EXPECT_EQ(History("f.yaml#Data"),
            (Lines{"P r8 updated", "N r7 updated", "M r6 decode_failed", "S1 r5 decode_failed landed r6",
                   "C r4 updated", "B r3 decode_failed", "A r2 created"}));
}

TEST_F(HistoryTest, ThroughAMoveWithAnEdit) {
  scenario_.Commit("A", {}, "old/w=1");
  scenario_.Commit("B", {"A"}, "new/w=2 -old/w");
  scenario_.Observe({{"main", "B"}});
  Ingest();
  EXPECT_EQ(History("new/w.yaml#ConfigMap/w"), (Lines{"B r3 moved", "A r2 created"}));
  EXPECT_EQ(History("old/w.yaml#ConfigMap/w"), (Lines{"B r3 deleted", "A r2 created"}));
  auto items = Read("new/w.yaml#ConfigMap/w", "main", 1, false);
  ASSERT_TRUE(items.ok() && items->size() == 1);
  const View view(store_->database());
  auto fields = ReadChangedFields(view, items->front());
  ASSERT_TRUE(fields.ok()) << fields.status();
  EXPECT_EQ(fields->size(), 1U);
}

TEST_F(HistoryTest, AMoveOnASideBranchAndAnEditOnMain) {
  scenario_.Commit("A", {}, "old/w=1");
  scenario_.Commit("B", {"A"}, "old/w=2");
  scenario_.Commit("S", {"A"}, "new/w=1 -old/w");
  scenario_.Commit("M", {"B", "S"}, "new/w=2 -old/w");
  scenario_.Observe({{"main", "M"}});
  Ingest();
  EXPECT_EQ(History("new/w.yaml#ConfigMap/w"),
            (Lines{"M r5 moved", "S r4 moved landed r5", "B r3 updated", "A r2 created"}));
}

TEST_F(HistoryTest, BothKept) {
  scenario_.Commit("A", {}, "old/w=1");
  scenario_.Commit("B", {"A"}, "old/w=2");
  scenario_.Commit("S", {"A"}, "new/w=1 -old/w");
  scenario_.Commit("M", {"B", "S"}, "old/w=2 new/w=1");
  scenario_.Observe({{"main", "M"}});
  Ingest();
  EXPECT_EQ(History("new/w.yaml#ConfigMap/w"), (Lines{"S r4 moved landed r5", "A r2 created"}));
  EXPECT_EQ(History("old/w.yaml#ConfigMap/w"), (Lines{"B r3 updated", "A r2 created"}));
}

TEST_F(HistoryTest, AnEarlierLifeFollows) {
  scenario_.Commit("A", {}, "a=1 b=1");
  scenario_.Commit("B", {"A"}, "-a");
  scenario_.Commit("C", {"B"}, "a=2");
  scenario_.Observe({{"main", "C"}});
  Ingest();
  EXPECT_EQ(History("a.yaml#Data"), (Lines{"C r4 created", "B r3 deleted", "A r2 created"}));
}

TEST_F(HistoryTest, ACommentIsNoVersion) {
  scenario_.Commit("A", {}, "a=1");
  scenario_.Commit("B", {"A"}, "a=#1");
  scenario_.Observe({{"main", "B"}});
  Ingest();
  EXPECT_EQ(History("a.yaml#Data"), Lines{"A r2 created"});
}

TEST_F(HistoryTest, WhatNeverWasIsNotFound) {
  scenario_.Commit("A", {}, "a=1");
  scenario_.Commit("B", {"A"}, "b=1");
  scenario_.Observe({{"main", "B"}});
  Ingest();
  EXPECT_EQ(ReasonOf(Read("none#Data", "main", 0, false).status()), reason::kUnknownResource);
  EXPECT_EQ(ReasonOf(Read("b.yaml#Data", "r2", 0, false).status()), reason::kUnknownResource);
}

}  // namespace
}  // namespace setpoint::query
