// What scenarios.md says besides the entries: the history of a resource, where it landed, and its rows on a timeline.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "query/history.h"
#include "query/view.h"
#include "storage/projections/positions.h"
#include "storage/projections/versions.h"
#include "tests/scenarios/scenario.h"
#include "tests/support/store_under_test.h"
#include "tests/support/temporary_directory.h"

namespace setpoint::test {
namespace {

// A scenario of the document, ingested.
class IngestedScenario {
 public:
  explicit IngestedScenario(const std::string& name)
      : scenario_(directory_.path() + "/source.git"), store_(directory_.path() + "/store", scenario_.directory()) {
    const auto& all = GoldenScenarios();
    std::find_if(all.begin(), all.end(), [&](const auto& golden) { return golden.name == name; })->build(scenario_);
    for (size_t n = 0; n < scenario_.observation_count(); ++n) {
      scenario_.Show(n);
      store_.Ingest();
    }
  }

  storage::Timeline Main() {
    const storage::Catalog& catalog = store_.database().catalog;
    return *catalog.timelines.FindOwned(catalog.names.FindRepository("repo"), "refs/heads/main");
  }
  storage::Position MainTip() { return {Main().id, Main().last}; }

  // The commits of a resource's history at the tip of main, with the revision by which each landed.
  std::string History(const std::string& key) {
    const query::View view(store_.database());
    query::HistoryRequest request;
    request.repository = view.catalog.names.FindRepository("repo");
    request.position = MainTip();
    request.key = key;
    const auto items = query::ReadHistory(view, request);
    EXPECT_TRUE(items.ok()) << items.status();
    std::string text;
    if (!items.ok()) return text;
    for (const query::HistoryItem& item : *items) {
      const auto entry = store_.Entries().at(item.version.origin.value - 1);
      text += (text.empty() ? "" : " ") + scenario_.NameOf(entry.commit) + "@r" + std::to_string(item.landed.value);
    }
    return text;
  }

  // The rows of a resource on main, newest first: "r4 deleted".
  std::string RowsOnMain(const std::string& key) {
    static const char* const kNames[] = {"", "created", "updated", "moved", "deleted", "decode_failed"};
    const storage::Database& database = store_.database();
    const storage::Names& names = database.catalog.names;
    const auto versions =
        storage::VersionsOnTimeline(*database.store, database.catalog.timelines, names.FindResource(key), MainTip());
    EXPECT_TRUE(versions.ok()) << versions.status();
    std::string text;
    for (const storage::Version& version : *versions) {
      text += (text.empty() ? "r" : ", r") + std::to_string(version.position.revision.value) + " " +
              kNames[static_cast<size_t>(version.operation)];
      if (!version.moved_from.IsNone()) text += " from " + std::string(names.ResourceKey(version.moved_from));
      if (!version.moved_to.IsNone()) text += " to " + std::string(names.ResourceKey(version.moved_to));
    }
    return text;
  }

  std::string Positions(const std::string& commit) {
    const storage::Database& database = store_.database();
    const auto positions = storage::FindPositions(*database.store, database.catalog.names.FindRepository("repo"),
                                                  scenario_.IdOf(commit), database.catalog.applied());
    EXPECT_TRUE(positions.ok()) << positions.status();
    std::string text;
    for (const storage::Position& position : *positions) text += "r" + std::to_string(position.revision.value) + " ";
    return text;
  }

 private:
  const TemporaryDirectory directory_;
  Scenario scenario_;
  StoreUnderTest store_;
};

TEST(ScenarioHistoryTest, ADeletedResourceHasItsRows) {
  EXPECT_EQ(IngestedScenario("1_linear").RowsOnMain("b.yaml#Data"), "r4 deleted, r2 created");
}

TEST(ScenarioHistoryTest, AMergedEditIsItsAuthorsAndSaysWhereItLanded) {
  EXPECT_EQ(IngestedScenario("2_merge").History("a.yaml#Data"), "S1@r6 A@r2");
}

TEST(ScenarioHistoryTest, ASquashIsItsOwn) {
  EXPECT_EQ(IngestedScenario("3_squash").History("a.yaml#Data"), "Q@r7 A@r2");
}

TEST(ScenarioHistoryTest, AFastForwardNamesACommitOnce) {
  IngestedScenario scenario("4_fast_forward");
  EXPECT_EQ(scenario.Positions("F1"), "r4 r6 ");
  EXPECT_EQ(scenario.Main().depth, 0u);
  EXPECT_EQ(scenario.History("a.yaml#Data"), "E@r9 F1@r6 A@r2");
}

TEST(ScenarioHistoryTest, HistoryGoesIntoASecondRoot) {
  EXPECT_EQ(IngestedScenario("8_two_roots").History("x.yaml#Data"), "Y@r5 X@r5");
}

TEST(ScenarioHistoryTest, StalenessIsPartOfAVersion) {
  EXPECT_EQ(IngestedScenario("9a_breaks_and_is_fixed").History("f.yaml#Data"), "P@r8 N@r7 M@r6 S1@r6 C@r4 B@r3 A@r2");
}

TEST(ScenarioHistoryTest, AMoveLeavesATombstoneThatNamesTheNewKey) {
  IngestedScenario scenario("10_moved_and_edited");
  EXPECT_EQ(scenario.RowsOnMain("new/w.yaml#ConfigMap/w"), "r3 moved from old/w.yaml#ConfigMap/w");
  EXPECT_EQ(scenario.RowsOnMain("old/w.yaml#ConfigMap/w"), "r3 deleted to new/w.yaml#ConfigMap/w, r2 created");
  EXPECT_EQ(scenario.History("new/w.yaml#ConfigMap/w"), "B@r3 A@r2");
}

TEST(ScenarioHistoryTest, AMoveOnASideAndAnEditOnMainAreBothWalked) {
  EXPECT_EQ(IngestedScenario("11a_move_on_a_side").History("new/w.yaml#ConfigMap/w"), "M@r5 S@r5 B@r3 A@r2");
}

TEST(ScenarioHistoryTest, WhereBothKeysAreKeptEachHasItsOwnHistory) {
  IngestedScenario scenario("11b_move_both_kept");
  EXPECT_EQ(scenario.History("new/w.yaml#ConfigMap/w"), "S@r5 A@r2");
  EXPECT_EQ(scenario.History("old/w.yaml#ConfigMap/w"), "B@r3 A@r2");
}

TEST(ScenarioHistoryTest, ACommentChangesNoVersion) {
  EXPECT_EQ(IngestedScenario("16_comment_only").History("a.yaml#Data"), "A@r2");
}

}  // namespace
}  // namespace setpoint::test
