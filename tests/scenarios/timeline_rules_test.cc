// The rules of design.md ("Timelines") that no scenario of scenarios.md shows: long advances, pointing refs, refs that
// take everything with them, the order of the refs of one look. The store must give what the reference model gives.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "storage/base/limits.h"
#include "tests/support/git_history.h"
#include "tests/support/store_checks.h"
#include "tests/support/store_under_test.h"
#include "tests/support/temporary_directory.h"

namespace setpoint::test {
namespace {

using storage::Cause;
using storage::ObjectId;

class TimelineRulesTest : public testing::Test {
 protected:
  TimelineRulesTest()
      : history_(directory_.path() + "/source.git"),
        source_(history_.directory()),
        state_(source_),
        settings_(StoreUnderTest::OwnEverything(history_.directory())) {}

  // One line of so many commits on top of a parent (zero: of nothing); the newest last.
  std::vector<ObjectId> Line(size_t count, const ObjectId& parent, const std::string& path) {
    std::vector<ObjectId> line;
    for (size_t n = 0; n < count; ++n) {
      HistoryCommit commit;
      if (n > 0) {
        commit.parents = {line.back()};
      } else if (!parent.IsZero()) {
        commit.parents = {parent};
      }
      commit.files.insert_or_assign(path, HistoryFile("v: " + std::to_string(n) + "\n"));
      line.push_back(history_.Commit(commit));
    }
    return line;
  }

  // Looks at exactly these refs, with model and store.
  void Observe(const std::map<std::string, ObjectId>& owned, const std::map<std::string, ObjectId>& pointing = {}) {
    if (store_ == nullptr) {
      planner_ = std::make_unique<ReferencePlanner>(state_, settings_.delete_on_vanish);
      store_ = std::make_unique<StoreUnderTest>(directory_.path() + "/store", settings_);
    }
    std::map<std::string, ObjectId> refs = owned;
    refs.insert(pointing.begin(), pointing.end());
    for (const auto& [ref, target] : shown_) {
      if (!refs.contains(ref)) history_.DeleteRef(ref);
    }
    for (const auto& [ref, target] : refs) history_.SetRef(ref, target);
    shown_ = refs;
    planner_->Observe({"refs/heads/main", owned, pointing});
    store_->Ingest();
  }

  void ExpectAgreement() {
    EXPECT_EQ(CompareEntries(planner_->entries(), store_->ReferenceEntries()), "");
    EXPECT_EQ(CompareAllStates(state_, *store_), "");
    EXPECT_EQ(testing::PrintToString(store_->Verify().problems), "{}");
  }

  size_t CountOf(Cause cause) {
    const std::vector<storage::Entry> entries = store_->Entries();
    return static_cast<size_t>(
        std::count_if(entries.begin(), entries.end(), [&](const auto& entry) { return entry.cause == cause; }));
  }

  const TemporaryDirectory directory_;
  GitHistory history_;
  HistorySource source_;
  ReferenceState state_;
  storage::RepositorySettings settings_;
  std::unique_ptr<ReferencePlanner> planner_;
  std::unique_ptr<StoreUnderTest> store_;
  std::map<std::string, ObjectId> shown_;
};

TEST_F(TimelineRulesTest, AnAdvanceOverAThousandKnownCommitsIsOneEntryEach) {
  const std::vector<ObjectId> line = Line(storage::kAdvanceKnownCommitsMax + 1, {}, "a.yaml");
  Observe({{"refs/heads/main", line.back()}, {"refs/heads/release", line.front()}});
  const size_t before = planner_->entries().size();
  Observe({{"refs/heads/main", line.back()}, {"refs/heads/release", line.back()}});
  EXPECT_EQ(store_->Entries().size(), before + storage::kAdvanceKnownCommitsMax);
  EXPECT_EQ(CountOf(Cause::kAdvance), 0u);
  EXPECT_EQ(CompareEntries(planner_->entries(), store_->ReferenceEntries()), "");
}

TEST_F(TimelineRulesTest, AnAdvanceOverMoreIsOneEntryAlone) {
  const std::vector<ObjectId> line = Line(storage::kAdvanceKnownCommitsMax + 2, {}, "a.yaml");
  Observe({{"refs/heads/main", line.back()}, {"refs/heads/release", line.front()}});
  const size_t before = planner_->entries().size();
  Observe({{"refs/heads/main", line.back()}, {"refs/heads/release", line.back()}});
  EXPECT_EQ(store_->Entries().size(), before + 1);
  EXPECT_EQ(CountOf(Cause::kAdvance), 1u);
  EXPECT_EQ(CompareEntries(planner_->entries(), store_->ReferenceEntries()), "");
}

TEST_F(TimelineRulesTest, PointersThatMoveAreOneEntryWithoutChanges) {
  settings_.owned_patterns = {};
  settings_.pointing_patterns = {"refs/tags/*", "refs/heads/*"};
  const std::vector<ObjectId> line = Line(3, {}, "a.yaml");
  const std::vector<ObjectId> side = Line(2, line[1], "b.yaml");
  Observe({{"refs/heads/main", line[2]}}, {{"refs/tags/v1", line[0]}, {"refs/heads/side", side[1]}});
  Observe({{"refs/heads/main", line[2]}}, {{"refs/tags/v1", side[0]}});
  EXPECT_EQ(CountOf(Cause::kRefs), 2u);
  ExpectAgreement();
}

TEST_F(TimelineRulesTest, ARefThatTakesEverythingWithItComesBackFromNothing) {
  settings_.delete_on_vanish = true;
  const std::vector<ObjectId> line = Line(2, {}, "a.yaml");
  Observe({{"refs/heads/main", line[0]}, {"refs/heads/side", line[1]}});
  Observe({{"refs/heads/main", line[0]}});
  Observe({{"refs/heads/main", line[0]}, {"refs/heads/side", line[1]}});
  const std::vector<storage::Entry> entries = store_->Entries();
  ASSERT_EQ(entries.back().changes.size(), 1u);
  EXPECT_EQ(entries.back().changes[0].operation, storage::Operation::kCreated);
  ExpectAgreement();
}

TEST_F(TimelineRulesTest, TheDefaultBranchIsTakenFirstThenNamesThenPointersThenTheGone) {
  settings_.owned_patterns = {"refs/heads/*"};
  const std::vector<ObjectId> line = Line(4, {}, "a.yaml");
  Observe({{"refs/heads/main", line[0]}, {"refs/heads/aaa", line[0]}, {"refs/heads/gone", line[0]}});
  Observe({{"refs/heads/main", line[1]}, {"refs/heads/aaa", line[2]}, {"refs/heads/new", line[1]}},
          {{"refs/tags/v1", line[3]}});
  std::vector<Cause> causes;
  for (const storage::Entry& entry : store_->Entries()) causes.push_back(entry.cause);
  const std::vector<Cause> last(causes.end() - 7, causes.end());
  EXPECT_EQ(last, (std::vector<Cause>{Cause::kCommit, Cause::kCommit, Cause::kCommit, Cause::kRefCreated,
                                      Cause::kCommit, Cause::kRefs, Cause::kRefDeleted}));
  ExpectAgreement();
}

TEST_F(TimelineRulesTest, ALaneGoesToTheChildWithMostDescendants) {
  const std::vector<ObjectId> main = Line(1, {}, "m.yaml");
  const std::vector<ObjectId> stem = Line(1, main[0], "s.yaml");
  const std::vector<ObjectId> light = Line(1, stem[0], "light.yaml");
  const std::vector<ObjectId> heavy = Line(3, stem[0], "heavy.yaml");
  // The light one is visited first, as parent 2.
  const ObjectId merge = history_.Commit({.parents = {main[0], light[0], heavy[2]}, .files = {{"z.yaml", "v: 1\n"}}});
  Observe({{"refs/heads/main", merge}});
  const std::vector<ReferenceEntry> entries = store_->ReferenceEntries();
  const auto label_of = [&](const ObjectId& commit) {
    const auto found = std::find_if(entries.begin(), entries.end(), [&](const auto& e) { return e.commit == commit; });
    return found->label;
  };
  EXPECT_EQ(label_of(stem[0]), "~1");
  EXPECT_EQ(label_of(light[0]), "~2");
  EXPECT_EQ(label_of(heavy[2]), "~1");
  ExpectAgreement();
}

}  // namespace
}  // namespace setpoint::test
