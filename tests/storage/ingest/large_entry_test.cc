// A commit that is too large for one write, or for what may be at hand of its blobs: it goes into the store part by
// part, is shown whole, and nobody can tell afterwards.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "storage/base/concat.h"
#include "storage/base/limits.h"
#include "tests/support/git_history.h"
#include "tests/support/store_under_test.h"
#include "tests/support/temporary_directory.h"

namespace setpoint::test {
namespace {

using storage::Concat;
using storage::ObjectId;
using testing::IsEmpty;

using Files = std::map<std::string, HistoryFile>;

// Files of this many MiB altogether: most are kept as they are, and every tenth declares a Secret and a ConfigMap.
Files FilesOf(size_t megabytes, const std::string& value) {
  Files files;
  for (size_t n = 0; n < megabytes; ++n) {
    const std::string head = Concat("# ", n, " ", value, "\n");
    std::string text = head + std::string(storage::kTextBytesMax - head.size(), 'x');
    if (n % 10 == 0) {
      text = Concat("apiVersion: v1\nkind: Secret\nmetadata: {name: s", n, "}\ndata: {password: ", value,
                    "}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: c", n, "}\ndata:\n  v: ", value,
                    "\n  text: ", std::string(storage::kTextBytesMax / 2, 'y'), "\n");
    }
    files.emplace(Concat(n % 10 == 0 ? "apps/" : "notes/", n, n % 10 == 0 ? ".yaml" : ".txt"), text);
  }
  return files;
}

class LargeEntryTest : public testing::Test {
 protected:
  static constexpr size_t kMegabytes = 2 * (storage::kBulkChunkBytesMax >> 20) + 20;
  static_assert(kMegabytes << 20 > 2 * storage::kBulkChunkBytesMax && kMegabytes << 20 > storage::kBytesAtHandMax &&
                kMegabytes << 20 > storage::kLiveBatchBytesMax);

  LargeEntryTest() : history_(directory_.path() + "/source.git") {
    const ObjectId small = history_.Commit({.files = {{"apps/0.yaml", "v: 0\n"}}});
    const ObjectId large = history_.Commit({.parents = {small}, .files = FilesOf(kMegabytes, "first")});
    const ObjectId last = history_.Commit({.parents = {large}, .files = FilesOf(1, "last")});
    history_.SetRef("refs/heads/main", last);
  }

  std::unique_ptr<StoreUnderTest> Ingest(const std::string& name, size_t bulk_commits_min) {
    auto store = std::make_unique<StoreUnderTest>(Concat(directory_.path(), "/", name), history_.directory());
    storage::IngestOptions options = store->options_with_clock();
    options.bulk_commits_min = bulk_commits_min;
    EXPECT_EQ(store->Ingest(options).commits, 3u);
    return store;
  }

  const TemporaryDirectory directory_;
  GitHistory history_;
};

TEST_F(LargeEntryTest, LiveAndInBulkItIsWhatItsFilesSay) {
  const auto live = Ingest("live", 1'000);
  EXPECT_THAT(live->Verify().problems, IsEmpty());
  const RowDump facts = live->Facts();
  const RowDump projections = live->Projections();
  {
    const auto bulk = Ingest("bulk", 1);
    EXPECT_EQ(DifferenceOf(facts, bulk->Facts()), "");
    EXPECT_EQ(DifferenceOf(projections, bulk->Projections()), "");
  }
  live->Rebuild();
  EXPECT_EQ(DifferenceOf(projections, live->Projections()), "");
  live->Reopen();
  EXPECT_EQ(DifferenceOf(facts, live->Facts()), "");
}

// What was appended is shown, and durable, soon after, however large the entries are.
TEST_F(LargeEntryTest, ABulkLoadGoesIntoTheStoreEntryByEntry) {
  ObjectId tip = history_.Commit({.files = FilesOf(1, "0")});
  for (int n = 1; n <= 5; ++n) tip = history_.Commit({.parents = {tip}, .files = FilesOf(35, Concat(n))});
  history_.SetRef("refs/heads/main", tip);
  StoreUnderTest store(directory_.path() + "/many", history_.directory());
  storage::IngestOptions options = store.options_with_clock();
  options.bulk_commits_min = 1;
  uint64_t shown = 0;
  options.on_progress = [&shown](const storage::IngestProgress& progress) {
    if (progress.stage == storage::IngestProgress::Stage::kIngest) shown = progress.revision.value;
    return true;
  };
  EXPECT_EQ(store.Ingest(options).last.value, 7u);
  EXPECT_GE(shown, 3u);
  EXPECT_THAT(store.Verify().problems, IsEmpty());
}

}  // namespace
}  // namespace setpoint::test
