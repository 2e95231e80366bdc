// Blame against the oracle (support/reference_blame.h): on random histories, every field of the object and of the rest
// at every position; on the real repository a sample of resources. SETPOINT_SEED=n repeats one round.
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <random>

#include "query/blame.h"
#include "query/view.h"
#include "storage/base/concat.h"
#include "storage/projections/state.h"
#include "tests/properties/blame_history.h"
#include "tests/properties/random_history.h"
#include "tests/support/reference_blame.h"
#include "tests/support/store_under_test.h"
#include "tests/support/temporary_directory.h"
#include "tests/support/test_seed.h"

namespace setpoint::test {
namespace {

std::string TextOf(const ReferenceFields& fields) {
  std::string text;
  for (const auto& [pointer, field] : fields) {
    text += storage::Concat(pointer, " r", field.revision, " landed r", field.landed.value_or(0), "\n");
  }
  return text;
}

// What the store says, in the oracle's form.
ReferenceFields BlameOf(StoreUnderTest& store, storage::Position position, const std::string& key) {
  const query::View view(store.database());
  const auto timeline = view.catalog.timelines.Find(position.timeline);
  auto fields = query::ReadBlame(view, {timeline->repository, position, key, ""});
  EXPECT_TRUE(fields.ok()) << fields.status();
  ReferenceFields answer;
  if (!fields.ok()) return answer;
  for (const query::BlameField& field : *fields) answer[field.pointer] = {field.revision.value, field.landed.value};
  return answer;
}

// Every resource alive at every position.
void ExpectAgrees(StoreUnderTest& store, ReferenceBlame& oracle, const std::vector<ReferenceEntry>& entries) {
  const storage::Catalog& catalog = store.database().catalog;
  for (uint64_t n = 1; n <= entries.size() && !testing::Test::HasFailure(); ++n) {
    if (entries[n - 1].timeline == 0) continue;
    const storage::Position position = {storage::TimelineId(entries[n - 1].timeline), storage::Revision(n)};
    const auto state = storage::ReadState(*store.database().store, catalog.timelines, position);
    ASSERT_TRUE(state.ok()) << state.status();
    for (const storage::StateItem& item : *state) {
      const std::string key(catalog.names.ResourceKey(item.resource));
      EXPECT_EQ(TextOf(BlameOf(store, position, key)), TextOf(oracle.Of(n, key))) << key << " at r" << n;
    }
  }
}

TEST(BlameTest, AgreesWithTheOracleOnOneObjectThatEverybodyEdits) {
  const SeedRange seeds = SeedsToRun(50, 5'000);
  for (uint64_t seed = seeds.first; seed < seeds.first + seeds.count && !HasFailure(); ++seed) {
    SCOPED_TRACE("SETPOINT_SEED=" + std::to_string(seed));
    const TemporaryDirectory directory;
    BlameHistory history(directory.path() + "/source.git", seed);
    StoreUnderTest store(directory.path() + "/store", history.directory());
    HistorySource source(history.directory());
    ReferenceState state(source);
    ReferencePlanner planner(state);
    for (size_t n = 0; n < history.observation_count(); ++n) {
      history.Show(n);
      store.Ingest();
      planner.Observe(history.Expected(n));
    }
    ReferenceBlame oracle(planner.entries(), source, [&](const auto& commit, const auto&) -> const ReferenceStateMap& {
      return state.Of(commit);
    });
    ExpectAgrees(store, oracle, planner.entries());
  }
}

TEST(BlameTest, AgreesWithTheOracleOnAnyHistory) {
  const SeedRange seeds = SeedsToRun(15, 2'000);
  for (uint64_t seed = seeds.first; seed < seeds.first + seeds.count && !HasFailure(); ++seed) {
    SCOPED_TRACE("SETPOINT_SEED=" + std::to_string(seed));
    const TemporaryDirectory directory;
    RandomHistory history(directory.path() + "/source.git", seed);
    StoreUnderTest store(directory.path() + "/store", history.settings());
    HistorySource source(history.directory());
    ReferenceState state(source);
    ReferencePlanner planner(state, history.settings().delete_on_vanish);
    for (size_t n = 0; n < history.observation_count(); ++n) {
      history.Show(n);
      store.Ingest();
      planner.Observe(history.Expected(n, source));
    }
    ReferenceBlame oracle(planner.entries(), source, [&](const auto& commit, const auto&) -> const ReferenceStateMap& {
      return state.Of(commit);
    });
    ExpectAgrees(store, oracle, planner.entries());
  }
}

TEST(BlameTest, AgreesWithTheOracleOnTheRealRepository) {
  const std::string bundle = std::string(SETPOINT_SOURCE_DIRECTORY) + "/../shared/data/home-ops.bundle";
  if (!std::filesystem::exists(bundle)) GTEST_SKIP() << "no bundle at " << bundle;
  const TemporaryDirectory directory;
  const std::string clone = directory.path() + "/clone.git";
  RunGit(directory.path(), {"clone", "--quiet", "--bare", "--single-branch", bundle, clone});
  StoreUnderTest store(directory.path() + "/store", clone);
  store.Ingest();
  const std::vector<ReferenceEntry> entries = store.ReferenceEntries();
  HistorySource source(clone);
  ReferenceState state(source);
  std::map<std::pair<storage::ObjectId, std::string>, ReferenceStateMap> files;
  ReferenceBlame oracle(entries, source, [&](const auto& commit, const auto& path) -> const ReferenceStateMap& {
    const auto [file, is_new] = files.try_emplace({commit, path});
    if (is_new) file->second = state.OfFile(commit, path);
    return file->second;
  });
  std::mt19937_64 random(SeedsToRun(1, 1).first);
  const int samples = IsLongRun() ? 300 : 2;
  const storage::Catalog& catalog = store.database().catalog;
  for (int n = 0; n < samples && !HasFailure(); ++n) {
    const uint64_t revision = n == 0 ? entries.size() : entries.size() / 2 + random() % (entries.size() / 2);
    const storage::Position position = {storage::TimelineId(entries[revision - 1].timeline),
                                        storage::Revision(revision)};
    const auto items = storage::ReadState(*store.database().store, catalog.timelines, position);
    ASSERT_TRUE(items.ok() && !items->empty()) << items.status();
    const std::string key(catalog.names.ResourceKey((*items)[random() % items->size()].resource));
    EXPECT_EQ(TextOf(BlameOf(store, position, key)), TextOf(oracle.Of(revision, key))) << key << " at r" << revision;
  }
}

}  // namespace
}  // namespace setpoint::test
