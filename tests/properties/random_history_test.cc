// Random repositories, observed in random steps, against the reference model: the log entry by entry, the state and the
// files at every position, and the promises that hold whatever the history is (bulk = live, interrupted = whole,
// rebuilt = first written, other pieces = equal states). SETPOINT_SEED=n repeats one history.
#include <gtest/gtest.h>

#include <cstdio>
#include <memory>
#include <random>

#include "tests/properties/random_history.h"
#include "tests/support/store_checks.h"
#include "tests/support/store_under_test.h"
#include "tests/support/temporary_directory.h"
#include "tests/support/test_seed.h"

namespace setpoint::test {
namespace {

constexpr size_t kNever = 1'000'000;

// One random history with its model.
class Round {
 public:
  explicit Round(uint64_t seed)
      : random_(seed ^ 0x5e7901),
        history_(directory_.path() + "/source.git", seed),
        source_(history_.directory()),
        state_(source_) {}

  std::vector<size_t> EveryObservation() const {
    std::vector<size_t> all;
    for (size_t n = 0; n < history_.observation_count(); ++n) all.push_back(n);
    return all;
  }

  // The last one and a random part of the others.
  std::vector<size_t> OtherPieces() {
    std::vector<size_t> some;
    for (size_t n = 0; n + 1 < history_.observation_count(); ++n) {
      if (random_() % 3 == 0) some.push_back(n);
    }
    some.push_back(history_.observation_count() - 1);
    return some;
  }

  std::unique_ptr<StoreUnderTest> Ingest(const std::string& name, const std::vector<size_t>& observations,
                                         size_t bulk_commits_min, uint64_t stop_after_entries) {
    auto store = std::make_unique<StoreUnderTest>(directory_.path() + "/" + name, history_.settings());
    storage::IngestOptions options = store->options_with_clock();
    options.bulk_commits_min = bulk_commits_min;
    options.stop_after_entries = stop_after_entries;
    for (const size_t observation : observations) {
      history_.Show(observation);
      store->clock().Set(1'800'000'000 + static_cast<int64_t>(observation) * 60);
      while (store->Ingest(options).stopped) {
        if (random_() % 4 == 0) store->Reopen();
      }
    }
    return store;
  }

  void ExpectAgrees(StoreUnderTest& store, const std::vector<size_t>& observations) {
    ReferencePlanner planner(state_, history_.settings().delete_on_vanish);
    for (const size_t observation : observations) planner.Observe(history_.Expected(observation, source_));
    EXPECT_EQ(CompareEntries(planner.entries(), store.ReferenceEntries()), "");
    EXPECT_EQ(CompareFiles(state_, store), "");
    EXPECT_EQ(CompareAllStates(state_, store), "");
  }

  uint64_t RandomStop() { return 1 + random_() % 7; }

 private:
  const TemporaryDirectory directory_;
  std::mt19937_64 random_;
  RandomHistory history_;
  HistorySource source_;
  ReferenceState state_;
};

void CheckHistory(uint64_t seed) {
  Round round(seed);
  const std::vector<size_t> all = round.EveryObservation();
  const auto live = round.Ingest("live", all, kNever, 0);
  round.ExpectAgrees(*live, all);
  const RowDump facts = live->Facts();
  const RowDump projections = live->Projections();
  {
    // In bulk, or interrupted every few entries (in either manner of writing): the same rows.
    const bool in_bulk = seed % 3 != 0;
    const uint64_t stop = seed % 2 == 0 ? round.RandomStop() : 0;
    const auto other = round.Ingest("other", all, in_bulk ? 1 : kNever, stop);
    EXPECT_EQ(DifferenceOf(facts, other->Facts()), "") << "in bulk " << in_bulk << ", stopped after " << stop;
    EXPECT_EQ(DifferenceOf(projections, other->Projections()), "") << "in bulk " << in_bulk << ", after " << stop;
  }
  {
    const std::vector<size_t> pieces = round.OtherPieces();
    const auto other = round.Ingest("pieces", pieces, seed % 2 == 0 ? kNever : 1, 0);
    round.ExpectAgrees(*other, pieces);
  }
  EXPECT_EQ(testing::PrintToString(live->Verify().problems), "{}");
  live->Rebuild();
  EXPECT_EQ(DifferenceOf(projections, live->Projections()), "") << "rebuilt";
}

TEST(RandomHistoryTest, AgreesWithTheReferenceModel) {
  const SeedRange seeds = SeedsToRun(200, 10'000);
  for (uint64_t seed = seeds.first; seed < seeds.first + seeds.count; ++seed) {
    SCOPED_TRACE("SETPOINT_SEED=" + std::to_string(seed));
    CheckHistory(seed);
    if (HasFailure()) break;  // One history is enough to look at.
  }
}

}  // namespace
}  // namespace setpoint::test
