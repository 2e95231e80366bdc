// The real repository: a sample of its commits, side branches included, against the reference model. Skipped where the
// bundle is not at hand.
#include <gtest/gtest.h>

#include <filesystem>
#include <random>

#include "tests/support/git_history.h"
#include "tests/support/store_checks.h"
#include "tests/support/store_under_test.h"
#include "tests/support/temporary_directory.h"
#include "tests/support/test_seed.h"

namespace setpoint::test {
namespace {

TEST(BundleTest, ASampleOfCommitsHasTheStateOfItsTree) {
  const std::string bundle = std::string(SETPOINT_SOURCE_DIRECTORY) + "/../shared/data/home-ops.bundle";
  if (!std::filesystem::exists(bundle)) GTEST_SKIP() << "no bundle at " << bundle;
  const TemporaryDirectory directory;
  const std::string clone = directory.path() + "/clone.git";
  RunGit(directory.path(), {"clone", "--quiet", "--bare", "--single-branch", bundle, clone});
  StoreUnderTest store(directory.path() + "/store", clone);
  EXPECT_GT(store.Ingest().entries, 30'000u);

  HistorySource source(clone);
  ReferenceState model(source);
  const std::vector<storage::Entry> entries = store.Entries();
  const SeedRange seeds = SeedsToRun(1, 1);
  std::mt19937_64 random(seeds.first);
  const int samples = IsLongRun() ? 2'000 : 25;
  for (int n = 0; n < samples; ++n) {
    const size_t index = n == 0 ? entries.size() - 1 : random() % entries.size();
    const storage::Entry& entry = entries[index];
    if (entry.timeline.IsNone()) continue;
    EXPECT_EQ(CompareState(model, entry.commit, store, {entry.timeline, storage::Revision(index + 1)}), "");
    if (HasFailure()) break;
  }
}

}  // namespace
}  // namespace setpoint::test
