// A `{{` typed into a file deletes nothing (formats.md): a text that is a template only since it does not parse counts
// as not decoded where the first parent has resources of a named format from it. By what the first parent has, and by
// nothing else, whatever state an entry is computed from.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/support/git_history.h"
#include "tests/support/store_checks.h"
#include "tests/support/store_under_test.h"
#include "tests/support/temporary_directory.h"

namespace setpoint::test {
namespace {

using storage::ObjectId;
using storage::Operation;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr char kObject[] = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {x: '1'}\n";
constexpr char kTypo[] = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: {{ a }}\ndata: {x: '1'}\n";

class TypedBracesTest : public testing::Test {
 protected:
  TypedBracesTest() : history_(directory_.path() + "/source.git"), source_(history_.directory()), state_(source_) {
    settings_ = StoreUnderTest::OwnEverything(history_.directory());
    settings_.owned_patterns = {};
    settings_.pointing_patterns = {"refs/tags/*"};
  }

  ObjectId Commit(const std::vector<ObjectId>& parents, const std::map<std::string, HistoryFile>& tree) {
    return history_.Commit({.parents = parents, .files = tree, .whole_tree = true});
  }

  // Looks at main and, where there is one, at a tag.
  void Observe(const ObjectId& main, const ObjectId& tag = {}) {
    if (store_ == nullptr) store_ = std::make_unique<StoreUnderTest>(directory_.path() + "/store", settings_);
    history_.SetRef("refs/heads/main", main);
    if (!tag.IsZero()) history_.SetRef("refs/tags/t", tag);
    store_->Ingest();
  }

  // The changes of the newest entry, one line each.
  std::vector<std::string> LastChanges() {
    std::vector<std::string> lines;
    const std::vector<storage::Entry> entries = store_->Entries();
    for (const storage::Change& change : entries.back().changes) {
      lines.push_back(std::to_string(static_cast<int>(change.operation)) + " " + change.key +
                      (change.stale ? " stale" : ""));
    }
    return lines;
  }

  static std::string Line(Operation operation, const std::string& rest) {
    return std::to_string(static_cast<int>(operation)) + " " + rest;
  }

  // Every position of every commit has the state that the commit graph gives it.
  void ExpectAgreement() {
    EXPECT_EQ(CompareAllStates(state_, *store_), "");
    EXPECT_THAT(store_->Verify().problems, IsEmpty());
  }

  const TemporaryDirectory directory_;
  GitHistory history_;
  HistorySource source_;
  ReferenceState state_;
  storage::RepositorySettings settings_;
  std::unique_ptr<StoreUnderTest> store_;
};

TEST_F(TypedBracesTest, BracesTypedIntoAFileDeleteNothingAndTakenOutHealIt) {
  const ObjectId good = Commit({}, {{"a.yaml", kObject}});
  const ObjectId typo = Commit({good}, {{"a.yaml", kTypo}});
  const ObjectId again = Commit({typo}, {{"a.yaml", kObject}});
  Observe(good);
  EXPECT_THAT(LastChanges(), ElementsAre(Line(Operation::kCreated, "a.yaml#ConfigMap/a")));
  Observe(typo);
  EXPECT_THAT(LastChanges(), ElementsAre(Line(Operation::kDecodeFailed, "a.yaml#ConfigMap/a stale")));
  Observe(again);
  EXPECT_THAT(LastChanges(), ElementsAre(Line(Operation::kUpdated, "a.yaml#ConfigMap/a")));
  ExpectAgreement();
}

TEST_F(TypedBracesTest, BracesInOneDocumentOfAFileDeleteNothing) {
  const std::string other = "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: b}\n";
  const ObjectId good = Commit({}, {{"a.yaml", kObject + other}});
  const ObjectId typo = Commit({good}, {{"a.yaml", kTypo + other}});
  Observe(good);
  Observe(typo);
  EXPECT_THAT(LastChanges(), ElementsAre(Line(Operation::kDecodeFailed, "a.yaml#ConfigMap/a stale")));
  ExpectAgreement();
}

TEST_F(TypedBracesTest, ANewFileOfATemplateIsATemplate) {
  const ObjectId good = Commit({}, {{"b.yaml", kObject}});
  const ObjectId chart = Commit({good}, {{"b.yaml", kObject}, {"a.yaml", kTypo}});
  Observe(good);
  Observe(chart);
  EXPECT_THAT(LastChanges(), ElementsAre(Line(Operation::kCreated, "a.yaml#Template")));
  ExpectAgreement();
}

// A merge whose base is its second parent, where the text is a template: by the first parent it is a typo.
TEST_F(TypedBracesTest, AMergeHoldsWhatItsFirstParentHasAlsoWhereItsBaseHasATemplate) {
  const ObjectId ours = Commit({}, {{"a.yaml", kObject}, {"m.yaml", "v: 1\n"}});
  const ObjectId theirs = Commit({}, {{"a.yaml", kTypo}, {"n.yaml", "v: 2\n"}});
  const ObjectId merge = Commit({ours, theirs}, {{"a.yaml", kTypo}, {"n.yaml", "v: 2\n"}});
  Observe(ours, merge);
  Observe(merge, merge);
  EXPECT_THAT(LastChanges(),
              ElementsAre(Line(Operation::kDecodeFailed, "a.yaml#ConfigMap/a stale"),
                          Line(Operation::kCreated, "n.yaml#Data"), Line(Operation::kDeleted, "m.yaml#Data")));
  ExpectAgreement();
}

// The same where the first parent has that very text and holds the object in its turn.
TEST_F(TypedBracesTest, AMergeHoldsWhatItsFirstParentHolds) {
  const ObjectId good = Commit({}, {{"a.yaml", kObject}, {"m.yaml", "v: 1\n"}});
  const ObjectId ours = Commit({good}, {{"a.yaml", kTypo}, {"m.yaml", "v: 1\n"}});
  const ObjectId theirs = Commit({}, {{"a.yaml", kTypo}, {"n.yaml", "v: 2\n"}});
  const ObjectId merge = Commit({ours, theirs}, {{"a.yaml", kTypo}, {"n.yaml", "v: 2\n"}});
  Observe(ours, merge);
  ExpectAgreement();
}

// And the other way round: what the base holds is a template by the first parent.
TEST_F(TypedBracesTest, AMergeHoldsNothingThatItsBaseAloneHolds) {
  const ObjectId ours = Commit({}, {{"a.yaml", kTypo}, {"m.yaml", "v: 1\n"}});
  const ObjectId good = Commit({}, {{"a.yaml", kObject}, {"n.yaml", "v: 2\n"}});
  const ObjectId theirs = Commit({good}, {{"a.yaml", kTypo}, {"n.yaml", "v: 2\n"}});
  const ObjectId merge = Commit({ours, theirs}, {{"a.yaml", kTypo}, {"n.yaml", "v: 2\n"}});
  Observe(ours, merge);
  ExpectAgreement();
}

TEST_F(TypedBracesTest, AResetHoldsWhatTheFirstParentOfItsCommitHas) {
  const ObjectId chart = Commit({}, {{"a.yaml", kTypo}});
  const ObjectId good = Commit({}, {{"a.yaml", kObject}});
  const ObjectId typo = Commit({good}, {{"a.yaml", kTypo}});
  Observe(chart);
  EXPECT_THAT(LastChanges(), ElementsAre(Line(Operation::kCreated, "a.yaml#Template")));
  Observe(typo);
  EXPECT_THAT(LastChanges(), ElementsAre(Line(Operation::kDecodeFailed, "a.yaml#ConfigMap/a stale"),
                                         Line(Operation::kDeleted, "a.yaml#Template")));
  Observe(chart);
  EXPECT_THAT(LastChanges(), ElementsAre(Line(Operation::kCreated, "a.yaml#Template"),
                                         Line(Operation::kDeleted, "a.yaml#ConfigMap/a")));
  ExpectAgreement();
}

}  // namespace
}  // namespace setpoint::test
