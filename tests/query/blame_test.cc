// Who is blamed, by the scenarios of scenarios.md: "POINTER=VALUE COMMIT rN", with "landed rM" where it is another one.
#include "query/blame.h"

#include <gtest/gtest.h>

#include "query/deleted_fields.h"
#include "query/errors.h"
#include "query/position.h"
#include "storage/base/concat.h"
#include "tests/scenarios/scenario_fixture.h"

namespace setpoint::query {
namespace {

class BlameTest : public test::ScenarioFixture {
 protected:
  absl::StatusOr<std::vector<BlameField>> Read(const std::string& key, const std::string& at,
                                               const std::string& pointer) {
    const View view(store_->database());
    auto position = ResolvePosition(view, {.repository = "", .text = at});
    if (!position.ok()) return position.status();
    return ReadBlame(view, {position->repository, position->position, key, pointer});
  }

  std::string Blame(const std::string& key, const std::string& at = "main", const std::string& pointer = "") {
    auto fields = Read(key, at, pointer);
    EXPECT_TRUE(fields.ok()) << fields.status();
    return fields.ok() ? Text(*fields) : "";
  }

  std::string Text(const std::vector<BlameField>& fields) {
    std::string text;
    for (const BlameField& field : fields) {
      const storage::Entry entry = store_->Entries().at(field.revision.value - 1);
      text += storage::Concat(text.empty() ? "" : ", ", field.pointer, "=", field.value, " ",
                              scenario_.NameOf(entry.commit), " r", field.revision.value);
      if (field.landed != field.revision) text += storage::Concat(" landed r", field.landed.value);
    }
    return text;
  }

  std::string Deleted(const std::string& key, const std::string& at = "main", const std::string& pointer = "") {
    const View view(store_->database());
    const auto position = ResolvePosition(view, {.repository = "", .text = at}).value();
    const auto fields = ReadDeletedFields(view, {position.repository, position.position, key, pointer});
    EXPECT_TRUE(fields.ok()) << fields.status();
    return fields.ok() ? Text(*fields) : "";
  }
};

TEST_F(BlameTest, AMergeIsNotBlamedForWhatItBrought) {
  scenario_.CommitFiles("A", {}, {{"a.yaml", "x: 1\ny: 1\nz: 1\n"}});
  scenario_.CommitFiles("B", {"A"}, {{"a.yaml", "x: 2\ny: 1\nz: 1\n"}});
  scenario_.CommitFiles("S", {"A"}, {{"a.yaml", "x: 1\ny: 1\nz: 2\n"}});
  scenario_.CommitFiles("M", {"B", "S"}, {{"a.yaml", "x: 2\ny: 3\nz: 2\n"}});  // And sets y itself.
  scenario_.Observe({{"main", "M"}});
  Ingest();
  EXPECT_EQ(Blame("a.yaml#Data"), "/x=2 B r3, /y=3 M r5, /z=2 S r4 landed r5");
  EXPECT_EQ(Blame("a.yaml#Data", "r4"), "/x=1 A r2, /y=1 A r2, /z=2 S r4");
  EXPECT_EQ(Blame("a.yaml#Data", "main", "/z"), "/z=2 S r4 landed r5");
}

TEST_F(BlameTest, ASquashIsBlamed) {
  scenario_.Commit("A", {}, "a=1");
  scenario_.Commit("S", {"A"}, "a=2");
  scenario_.Commit("Q", {"A"}, "a=2");
  scenario_.Observe({{"main", "A"}, {"feature", "S"}});
  scenario_.Observe({{"main", "Q"}});
  Ingest();
  EXPECT_EQ(Blame("a.yaml#Data"), "/v=2 Q r5");
}

TEST_F(BlameTest, AResetNamesTheCommitThatWroteIt) {
  scenario_.Commit("A", {}, "a=1");
  scenario_.Commit("B", {"A"}, "a=2");
  scenario_.Commit("D", {"A"}, "a=3");
  scenario_.Observe({{"main", "B"}});
  scenario_.Observe({{"main", "D"}});
  Ingest();
  EXPECT_EQ(Blame("a.yaml#Data"), "/v=3 D r4 landed r5");
}

TEST_F(BlameTest, AHeldVersionKeepsItsAuthor) {
  scenario_.Commit("A", {}, "f=1");
  scenario_.Commit("B", {"A"}, "f=!");
  scenario_.Commit("C", {"B"}, "f=2");
  scenario_.Commit("S", {"A"}, "f=!");
  scenario_.Commit("M", {"C", "S"}, "f=!");
  scenario_.Commit("N", {"M"}, "f=2");
  scenario_.Observe({{"main", "N"}});
  Ingest();
  EXPECT_EQ(Blame("f.yaml#Data", "r3"), "/v=1 A r2");
  EXPECT_EQ(Blame("f.yaml#Data", "r6"), "/v=2 C r4");
  EXPECT_EQ(Blame("f.yaml#Data"), "/v=2 C r4");
}

TEST_F(BlameTest, AMoveOnASideAndAnEditOnMain) {
  scenario_.Commit("A", {}, "old/w=1");
  scenario_.Commit("B", {"A"}, "old/w=2");
  scenario_.Commit("S", {"A"}, "new/w=1 -old/w");
  scenario_.Commit("M", {"B", "S"}, "new/w=2 -old/w");
  scenario_.Observe({{"main", "M"}});
  Ingest();
  EXPECT_EQ(Blame("new/w.yaml#ConfigMap/w", "main", "/data/v"), "/data/v=\"2\" B r3");
}

TEST_F(BlameTest, AnEditOnASideOfWhatMainMoved) {
  scenario_.Commit("A", {}, "old/w=1");
  scenario_.Commit("B", {"A"}, "new/w=1 -old/w");
  scenario_.Commit("S", {"A"}, "old/w=2");
  scenario_.Commit("M", {"B", "S"}, "new/w=2 -old/w");
  scenario_.Observe({{"main", "M"}});
  Ingest();
  EXPECT_EQ(Blame("new/w.yaml#ConfigMap/w", "main", "/data"), "/data/v=\"2\" S r4 landed r5");
}

TEST_F(BlameTest, ACopyIsItsOwnAndAReturnToo) {
  scenario_.Commit("A", {}, "a=1");
  scenario_.Commit("B", {"A"}, "-a");
  scenario_.Commit("C", {"B"}, "a=1");
  scenario_.Commit("D", {"C"}, "b=1");
  scenario_.Observe({{"main", "D"}});
  Ingest();
  EXPECT_EQ(Blame("a.yaml#Data"), "/v=1 C r4");
  EXPECT_EQ(Blame("b.yaml#Data"), "/v=1 D r5");
}

TEST_F(BlameTest, WritingItDifferentlyIsNoChange) {
  scenario_.CommitFiles("A", {}, {{"a.yaml", "containers:\n- name: x\n  image: one\n- name: y\n  image: two\n"}});
  scenario_.CommitFiles("B", {"A"},
                        {{"a.yaml", "# a remark\ncontainers: [{image: one, name: x}, {image: two, name: y}]\n"}});
  scenario_.CommitFiles("C", {"B"}, {{"a.yaml", "containers: [{image: 3, name: z}, {image: two, name: y}]\n"}});
  scenario_.CommitFiles("D", {"C"}, {{"a.yaml", "containers: [{image: four, name: y}, {image: 3, name: z}]\n"}});
  scenario_.Observe({{"main", "D"}});
  Ingest();
  EXPECT_EQ(Blame("a.yaml#Data"),
            "/containers/0/image=\"four\" D r5, /containers/0/name=\"y\" A r2, "
            "/containers/1/image=3 C r4, /containers/1/name=\"z\" C r4");
}

TEST_F(BlameTest, WhatIsNotThereIsSaid) {
  scenario_.Commit("A", {}, "a=1");
  scenario_.Observe({{"main", "A"}});
  Ingest();
  EXPECT_EQ(ReasonOf(Read("b.yaml#Data", "main", "").status()), reason::kUnknownResource);
  EXPECT_EQ(ReasonOf(Read("a.yaml#Data", "main", "/w").status()), reason::kUnknownField);
  EXPECT_EQ(ReasonOf(Read("a.yaml#Data", "main", "v").status()), reason::kBadPointer);
}

TEST_F(BlameTest, WhatIsGoneNamesWhoeverRemovedIt) {
  scenario_.CommitFiles("A", {}, {{"a.yaml", "x: 1\ny: 2\nz: 3\nw: 4\n"}});
  scenario_.CommitFiles("B", {"A"}, {{"a.yaml", "x: 1\nz: 3\n"}});
  scenario_.CommitFiles("C", {"B"}, {{"a.yaml", "x: 1\nz: 3\nw: 5\n"}});  // w came back.
  scenario_.CommitFiles("S", {"A"}, {{"a.yaml", "x: 1\ny: 2\nw: 4\n"}});
  scenario_.CommitFiles("M", {"C", "S"}, {{"a.yaml", "x: 1\nw: 5\n"}});
  scenario_.Observe({{"main", "M"}});
  Ingest();
  EXPECT_EQ(Deleted("a.yaml#Data"), "/z=3 S r5 landed r6, /y=2 B r3");
  EXPECT_EQ(Deleted("a.yaml#Data", "r3"), "/w=4 B r3, /y=2 B r3");
  EXPECT_EQ(Deleted("a.yaml#Data", "main", "/y"), "/y=2 B r3");
  EXPECT_EQ(Deleted("a.yaml#Data", "r2"), "");
}

TEST_F(BlameTest, WhatAResourceHadWhenItWentIsGone) {
  scenario_.CommitFiles("A", {}, {{"a.yaml", "x: 1\nlist: [one, two]\n"}, {"b.yaml", "b: 1\n"}});
  scenario_.CommitFiles("B", {"A"}, {{"a.yaml", "x: 1\nlist: [two]\n"}, {"b.yaml", "b: 1\n"}});
  scenario_.CommitFiles("C", {"B"}, {}, {"a.yaml"});
  scenario_.Observe({{"main", "C"}});
  Ingest();
  EXPECT_EQ(Deleted("a.yaml#Data", "r3"), "/list/0=\"one\" B r3");
  EXPECT_EQ(Deleted("a.yaml#Data"), "/list/0=\"two\" C r4, /x=1 C r4, /list/0=\"one\" B r3");
}

}  // namespace
}  // namespace setpoint::query
