// Every scenario of scenarios.md on the store: ingested as observed, at once or in bulk, interrupted after each entry,
// rebuilt and verified.
#include <gtest/gtest.h>

#include <memory>

#include "storage/projections/positions.h"
#include "tests/scenarios/entry_text.h"
#include "tests/scenarios/scenario.h"
#include "tests/support/store_checks.h"
#include "tests/support/store_under_test.h"
#include "tests/support/temporary_directory.h"

namespace setpoint::test {
namespace {

class ScenarioLogTest : public testing::TestWithParam<GoldenScenario> {
 protected:
  ScenarioLogTest() : scenario_(directory_.path() + "/source.git") { GetParam().build(scenario_); }

  std::unique_ptr<StoreUnderTest> NewStore(const std::string& name) {
    return std::make_unique<StoreUnderTest>(directory_.path() + "/" + name, scenario_.directory());
  }

  // Shows and ingests every observation in turn, each at a second of its own.
  void IngestAll(StoreUnderTest& store, const storage::IngestOptions& options) {
    for (size_t n = 0; n < scenario_.observation_count(); ++n) {
      scenario_.Show(n);
      store.clock().Set(1'800'000'000 + static_cast<int64_t>(n) * 60);
      while (store.Ingest(options).stopped) store.Reopen();
    }
  }

  std::unique_ptr<StoreUnderTest> IngestedStore() {
    auto store = NewStore("live");
    IngestAll(*store, store->options_with_clock());
    return store;
  }

  const TemporaryDirectory directory_;
  Scenario scenario_;
};

TEST_P(ScenarioLogTest, GivesTheGoldenLog) {
  const auto store = IngestedStore();
  const std::vector<ReferenceEntry> entries = store->ReferenceEntries();
  EXPECT_EQ(EntriesText(entries, scenario_), GetParam().entries);
  EXPECT_EQ(CompareEntries(scenario_.Expected(), entries), "");
  EXPECT_EQ(CompareFiles(scenario_.state(), *store), "");
}

TEST_P(ScenarioLogTest, EveryFoldIsTheStateOfItsCommit) {
  const auto store = IngestedStore();
  EXPECT_EQ(CompareAllStates(scenario_.state(), *store), "");
}

TEST_P(ScenarioLogTest, ACommitIsReadAtItsLowestRevision) {
  const auto store = IngestedStore();
  const storage::Database& database = store->database();
  const storage::RepositoryId repository = database.catalog.names.FindRepository("repo");
  const std::vector<ReferenceEntry>& expected = scenario_.Expected();
  for (const std::string& name : scenario_.commit_names()) {
    std::vector<uint64_t> wanted;
    for (size_t n = 0; n < expected.size(); ++n) {
      if (expected[n].commit == scenario_.IdOf(name)) wanted.push_back(n + 1);
    }
    const auto positions =
        storage::FindPositions(*database.store, repository, scenario_.IdOf(name), database.catalog.applied());
    ASSERT_TRUE(positions.ok()) << positions.status();
    ASSERT_EQ(positions->empty(), wanted.empty()) << name;
    if (wanted.empty()) continue;
    EXPECT_EQ(positions->front().revision.value, wanted.front()) << name;
  }
}

TEST_P(ScenarioLogTest, ASecondIngestAddsNothing) {
  const auto store = IngestedStore();
  const RowDump facts = store->Facts();
  EXPECT_EQ(store->Ingest().entries, 0u);
  store->Reopen();
  EXPECT_EQ(store->Ingest().entries, 0u);
  EXPECT_EQ(DifferenceOf(facts, store->Facts()), "");
}

TEST_P(ScenarioLogTest, ABulkLoadGivesTheSameRows) {
  const auto live = IngestedStore();
  const auto bulk = NewStore("bulk");
  storage::IngestOptions options = bulk->options_with_clock();
  options.bulk_commits_min = 1;
  IngestAll(*bulk, options);
  EXPECT_EQ(DifferenceOf(live->Facts(), bulk->Facts()), "");
  EXPECT_EQ(DifferenceOf(live->Projections(), bulk->Projections()), "");
}

TEST_P(ScenarioLogTest, AnInterruptionAfterEveryEntryGivesTheSameRows) {
  const auto live = IngestedStore();
  for (const size_t bulk_commits_min : {size_t{1}, size_t{1'000'000}}) {
    const auto store = NewStore("interrupted" + std::to_string(bulk_commits_min));
    storage::IngestOptions options = store->options_with_clock();
    options.stop_after_entries = 1;
    options.bulk_commits_min = bulk_commits_min;
    IngestAll(*store, options);
    EXPECT_EQ(DifferenceOf(live->Facts(), store->Facts()), "");
    EXPECT_EQ(DifferenceOf(live->Projections(), store->Projections()), "");
  }
}

TEST_P(ScenarioLogTest, ARebuildGivesTheSameRowsAndVerifyAgrees) {
  const auto store = IngestedStore();
  EXPECT_EQ(testing::PrintToString(store->Verify().problems), "{}");
  const RowDump projections = store->Projections();
  store->Rebuild();
  EXPECT_EQ(DifferenceOf(projections, store->Projections()), "");
  store->Reopen();
  EXPECT_EQ(DifferenceOf(projections, store->Projections()), "");
  EXPECT_EQ(testing::PrintToString(store->Verify().problems), "{}");
  EXPECT_EQ(CompareAllStates(scenario_.state(), *store), "");
}

INSTANTIATE_TEST_SUITE_P(Scenarios, ScenarioLogTest, testing::ValuesIn(GoldenScenarios()),
                         [](const auto& test) { return "Scenario" + test.param.name; });

}  // namespace
}  // namespace setpoint::test
