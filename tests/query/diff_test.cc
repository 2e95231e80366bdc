// What a diff says and how it is written.
#include "query/diff.h"

#include <gtest/gtest.h>

#include "query/diff_text.h"
#include "query/entry_facts.h"
#include "query/position.h"
#include "query/text_diff.h"
#include "storage/base/concat.h"
#include "tests/scenarios/scenario_fixture.h"

namespace setpoint::query {
namespace {

class DiffTest : public test::ScenarioFixture {
 protected:
  storage::Position At(const std::string& text) {
    auto position = ResolvePosition(View(store_->database()), {.repository = "", .text = text});
    EXPECT_TRUE(position.ok()) << position.status();
    return position->position;
  }

  // "OPERATION KEY [<OLD KEY] [POINTER:FROM>TO …]" for each.
  std::string Diff(const DiffRequest& request) {
    const View view(store_->database());
    auto differences = ReadDiff(view, request);
    EXPECT_TRUE(differences.ok()) << differences.status();
    std::string text;
    for (const ResourceDifference& each : *differences) {
      const storage::StateItem& item = each.after ? *each.after : *each.before;
      text += storage::Concat(text.empty() ? "" : "\n", OperationName(each.operation), " ",
                              view.catalog.names.ResourceKey(item.resource));
      if (each.before && each.before->resource != item.resource) {
        text += storage::Concat(" <", view.catalog.names.ResourceKey(each.before->resource));
      }
      if (each.is_rekeyed) text += " rekeyed";
      for (const FieldDifference& field : each.fields) {
        text += storage::Concat(" ", field.pointer, ":", field.from.value_or("-"), ">", field.to.value_or("-"));
      }
    }
    return text;
  }
  std::string Diff(const std::string& from, const std::string& to) { return Diff({{At(from), ""}, {At(to), ""}, {}}); }
};

TEST_F(DiffTest, ByResourceAndFieldInBothDirections) {
  scenario_.Commit("A", {}, "a=1 b=1 old/w=1");
  scenario_.Commit("B", {"A"}, "a=2 -b c=3 new/w=2 -old/w");
  scenario_.Commit("C", {"B"}, "a=#2");
  scenario_.Observe({{"main", "C"}});
  Ingest();
  EXPECT_EQ(Diff("r2", "r4"),
            "updated a.yaml#Data /v:1>2\ndeleted b.yaml#Data\ncreated c.yaml#Data\n"
            "moved new/w.yaml#ConfigMap/w <old/w.yaml#ConfigMap/w /data/v:\"1\">\"2\"");
  EXPECT_EQ(Diff("r4", "r2"),
            "updated a.yaml#Data /v:2>1\ncreated b.yaml#Data\ndeleted c.yaml#Data\n"
            "moved old/w.yaml#ConfigMap/w <new/w.yaml#ConfigMap/w /data/v:\"2\">\"1\"");
  EXPECT_EQ(Diff("r3", "r4"), "");
}

TEST_F(DiffTest, BetweenTimelines) {
  scenario_.Commit("A", {}, "a=1 b=1");
  scenario_.Commit("B", {"A"}, "a=2");
  scenario_.Commit("S", {"A"}, "b=2");
  scenario_.Observe({{"main", "B"}, {"side", "S"}});
  Ingest();
  EXPECT_EQ(Diff("side", "main"), "updated a.yaml#Data /v:1>2\nupdated b.yaml#Data /v:2>1");
}

TEST_F(DiffTest, TwoPlacesOfOneTreeAreComparedBelowTheirPrefixes) {
  scenario_.Commit("A", {}, "staging/w=2 prod/w=1 staging/a=1 prod/apps/b=1 staging/b=1 staging/x.sh=1 prod/x.sh=1");
  scenario_.Observe({{"main", "A"}});
  Ingest();
  EXPECT_EQ(Diff({{At("main"), "prod/"}, {At("main"), "staging/"}, {}}),
            "created staging/a.yaml#ConfigMap/a\n"
            "updated staging/w.yaml#ConfigMap/w <prod/w.yaml#ConfigMap/w /data/v:\"1\">\"2\"");
}

std::string Block(std::string_view name, int value) {
  return storage::Concat("resource \"t\" \"", name, "\" {\n  v = ", value, "\n}\n");
}

std::string Moved(std::string_view from, std::string_view to) {
  return storage::Concat("moved {\n  from = t.", from, "\n  to = t.", to, "\n}\n");
}

TEST_F(DiffTest, MovedBlocksOfTheRightAreBelieved) {
  scenario_.CommitFiles("A", {}, {{"d/a.tf", Block("x", 1)}, {"e/a.tf", Block("p", 1)}});
  scenario_.CommitFiles("B", {"A"}, {{"d/a.tf", Block("y", 1) + Moved("x", "y")}});
  scenario_.CommitFiles("C", {"B"}, {{"d/a.tf", Block("z", 2) + Moved("x", "y")}, {"d/m.tf", Moved("y", "z")}});
  scenario_.CommitFiles("D", {"C"}, {{"d/a.tf", Block("z", 2)}, {"d/m.tf", Block("m", 1)}, {"e/a.tf", Block("q", 1)}});
  scenario_.CommitFiles("S", {"A"}, {{"d/a.tf", Block("s", 1) + Moved("x", "s")}});
  scenario_.Observe({{"main", "D"}, {"side", "S"}});
  Ingest();
  EXPECT_EQ(Diff("r2", "r3"), "created d/#moved.t.x\nmoved d/#t.y <d/#t.x");
  // Through two renames, wherever their blocks stand.
  EXPECT_EQ(Diff("r2", "r4"), "created d/#moved.t.x\ncreated d/#moved.t.y\nmoved d/#t.z <d/#t.x /v:1>2");
  // There, x is not made from z: what stood on the right says so.
  EXPECT_EQ(Diff("r4", "r2"), "deleted d/#moved.t.x\ndeleted d/#moved.t.y\ncreated d/#t.x\ndeleted d/#t.z");
  // The blocks are gone, and so is what they said.
  EXPECT_EQ(Diff("r2", "r5"), "created d/#t.m\ndeleted d/#t.x\ncreated d/#t.z\ndeleted e/#t.p\ncreated e/#t.q");
  // The left is another branch.
  EXPECT_EQ(Diff("main", "side"),
            "created d/#moved.t.x\ndeleted d/#t.m\ncreated d/#t.s\ndeleted d/#t.z\ncreated e/#t.p\ndeleted e/#t.q");
}

TEST_F(DiffTest, MovedBlocksSpeakBelowThePrefixOfTheRight) {
  scenario_.CommitFiles("A", {},
                        {{"prod/net/a.tf", Block("x", 1)}, {"staging/net/a.tf", Block("y", 2) + Moved("x", "y")}});
  scenario_.Observe({{"main", "A"}});
  Ingest();
  EXPECT_EQ(Diff({{At("main"), "prod/"}, {At("main"), "staging/"}, {}}),
            "created staging/net/#moved.t.x\nupdated staging/net/#t.y <prod/net/#t.x /v:1>2");
  EXPECT_EQ(Diff({{At("main"), "staging/"}, {At("main"), "prod/"}, {}}),
            "created prod/net/#t.x\ndeleted staging/net/#moved.t.x\ndeleted staging/net/#t.y");
}

TEST_F(DiffTest, WhatIsHeldDidNotMove) {
  scenario_.CommitFiles("A", {}, {{"old/a.tf", Block("k", 1) + Block("x", 1)}});
  scenario_.CommitFiles("B", {"A"}, {{"old/a.tf", Block("k", 1)}, {"new/a.tf", Block("x", 1)}});
  scenario_.CommitFiles("C", {"B"}, {{"new/a.tf", "resource {"}});
  scenario_.Observe({{"main", "C"}});
  Ingest();
  EXPECT_EQ(Diff("r2", "r3"), "moved new/#t.x <old/#t.x");
  EXPECT_EQ(Diff("r2", "r4"), "created new/#t.x\ndeleted old/#t.x");
}

TEST_F(DiffTest, SopsFilesSayWhichKeysChangedOrThatTheyWereRekeyed) {
  const auto file = [](std::string_view a, std::string_view b, std::string_view key, std::string_view mac) {
    return storage::Concat("a: ENC[AES256_GCM,data:", a, "]\nb: ENC[AES256_GCM,data:", b,
                           "]\nsops:\n  age:\n  - enc: ", key, "\n  mac: ENC[AES256_GCM,data:", mac, "]\n");
  };
  scenario_.CommitFiles("A", {}, {{"s.yaml", file("1", "1", "k1", "m1")}});
  scenario_.CommitFiles("B", {"A"}, {{"s.yaml", file("2", "1", "k1", "m2")}});
  scenario_.CommitFiles("C", {"B"}, {{"s.yaml", file("3", "3", "k2", "m3")}});
  scenario_.Observe({{"main", "C"}});
  Ingest();
  EXPECT_NE(Diff("r2", "r3").find("/a:\"ENC["), std::string::npos);
  EXPECT_EQ(Diff("r3", "r4"), "updated s.yaml#Data rekeyed");
}

TEST_F(DiffTest, TheTextIsThatOfTheFiles) {
  scenario_.Commit("A", {}, "a=1");
  scenario_.Commit("B", {"A"}, "a=#2 b=1");
  scenario_.Observe({{"main", "B"}});
  Ingest();
  const View view(store_->database());
  const DiffRequest request{{At("r2"), ""}, {At("r3"), ""}, {}};
  auto differences = ReadDiff(view, request);
  ASSERT_TRUE(differences.ok()) << differences.status();
  std::string text;
  for (const ResourceDifference& each : *differences) {
    text += DiffText(view, view.catalog.names.FindRepository("repo"), request, each).value();
  }
  EXPECT_EQ(text,
            "--- a/a.yaml#Data\n+++ b/a.yaml#Data\n@@ -1 +1,2 @@\n-v: 1\n+# a remark\n+v: 2\n"
            "--- /dev/null\n+++ b/b.yaml#Data\n@@ -0,0 +1 @@\n+v: 1\n");
  EXPECT_EQ(DiffSummary(*differences), "+1 ~1");
}

TEST(TextDiffTest, HunksWithThreeLinesAround) {
  const std::string before = "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n";
  const std::string after = "1\n2\n3\n4\nfive\n6\n7\n8\n9\n10\n11\n12";
  EXPECT_EQ(UnifiedDiff({"a", before}, {"b", after}),
            "--- a\n+++ b\n@@ -2,11 +2,11 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n 9\n 10\n 11\n-12\n+12\n"
            "\\ No newline at end of file\n");
  EXPECT_EQ(UnifiedDiff({"a", before}, {"b", before}), "");
  EXPECT_EQ(UnifiedDiff({"a", std::string_view("\0", 1)}, {"b", "x"}), "Binary files a and b differ\n");
}

}  // namespace
}  // namespace setpoint::query
