// A disk that is full from some moment on, or fails once, at any point of an ingest: the run ends with an error that
// says what is wrong and what to do, or goes on; never with a crash. What was published is there afterwards, and with
// the fault gone the next ingest comes to the very log and rows of a run that nothing disturbed.
#include <gtest/gtest.h>
#include <rocksdb/env.h>

#include <filesystem>
#include <memory>
#include <string>
#include <tuple>

#include "storage/base/concat.h"
#include "storage/base/logging.h"
#include "tests/storage/engine/unreliable_file_system.h"
#include "tests/support/git_history.h"
#include "tests/support/store_under_test.h"
#include "tests/support/temporary_directory.h"
#include "tests/support/test_seed.h"

namespace setpoint::test {
namespace {

using storage::FileFault;
using storage::UnreliableFileSystem;

// Twenty commits: a merge, a rename, a file that breaks and comes back.
void MakeHistory(GitHistory& history) {
  storage::ObjectId tip = history.Commit({.files = {{"a.yaml", "v: 0\n"}, {"b.yaml", "w: 0\n"}}});
  for (int n = 1; n <= 6; ++n) {
    const std::string text = n % 3 == 0 ? "v: [\n" : storage::Concat("v: ", n, "\n");
    const storage::ObjectId side = history.Commit({.parents = {tip}, .files = {{"a.yaml", text}}});
    const storage::ObjectId main = history.Commit(
        {.parents = {tip}, .files = {{storage::Concat("c", n, ".yaml"), "w: 0\n"}}, .removed = {"b.yaml"}});
    tip = history.Commit({.parents = {main, side}, .files = {{"a.yaml", text}}});
  }
  history.SetRef("refs/heads/main", tip);
}

struct Outcome {
  bool struck = false;  // The fault came to pass.
  absl::Status status;
  storage::Revision published;
};

// One ingest into a new store on files that fail.
Outcome IngestWith(UnreliableFileSystem& files, const std::string& directory, const std::string& source,
                   const storage::IngestOptions& options) {
  const auto environment =
      rocksdb::NewCompositeEnv(std::shared_ptr<rocksdb::FileSystem>(&files, [](rocksdb::FileSystem*) {}));
  Outcome outcome;
  {
    auto database = storage::Database::Open(
        directory, {.mode = storage::OpenMode::kCreateIfMissing, .environment = environment.get()});
    outcome.status = database.status();
    if (database.ok()) {
      auto ingester = storage::Ingester::Open(**database, StoreUnderTest::OwnEverything(source), options);
      outcome.status = ingester.ok() ? (*ingester)->Run().status() : ingester.status();
      outcome.published = (*database)->catalog.applied();
    }
  }
  outcome.struck = files.stopped();
  return outcome;
}

class DiskFaultTest : public testing::TestWithParam<std::tuple<FileFault, size_t>> {
 protected:
  DiskFaultTest() : history_(directory_.path() + "/source.git") {
    MakeHistory(history_);
    storage::SetLogLevel(storage::LogLevel::kOff);  // Each fault is an error in RocksDB's eyes.
  }

  const TemporaryDirectory directory_;
  GitHistory history_;
};

TEST_P(DiskFaultTest, AnErrorAndNothingLost) {
  const auto [fault, bulk_commits_min] = GetParam();
  const std::string source = history_.directory();
  StoreUnderTest calm(directory_.path() + "/calm", source);
  storage::IngestOptions options = calm.options_with_clock();
  options.bulk_commits_min = bulk_commits_min;
  calm.Ingest(options);
  const RowDump facts = calm.Facts();
  const RowDump projections = calm.Projections();
  const uint64_t stride = IsLongRun() ? 1 : 5;
  uint64_t refused = 0;
  for (uint64_t at = 1;; at += stride) {
    SCOPED_TRACE(storage::Concat("operation ", at));
    const std::string store = storage::Concat(directory_.path(), "/store", at);
    UnreliableFileSystem files(at, fault);
    const Outcome outcome = IngestWith(files, store, source, options);
    if (!outcome.status.ok()) {
      ++refused;
      if (fault == FileFault::kFullDisk) {
        EXPECT_EQ(outcome.status.code(), absl::StatusCode::kResourceExhausted) << outcome.status;
        EXPECT_NE(outcome.status.message().find("make room"), std::string::npos) << outcome.status;
      }
    }
    {
      StoreUnderTest survivor(store, source);
      EXPECT_GE(survivor.database().catalog.applied(), outcome.published);
      survivor.Ingest(options);
      EXPECT_EQ(DifferenceOf(facts, survivor.Facts()), "");
      EXPECT_EQ(DifferenceOf(projections, survivor.Projections()), "");
      EXPECT_EQ(testing::PrintToString(survivor.Verify().problems), "{}");
    }
    if (HasFailure() || !outcome.struck) break;
    std::filesystem::remove_all(store);
  }
  RecordProperty("refused", testing::PrintToString(refused));
  EXPECT_GT(refused, 10u);
}

INSTANTIATE_TEST_SUITE_P(FullDiskLive, DiskFaultTest,
                         testing::Values(std::tuple(FileFault::kFullDisk, size_t{1'000'000})));
INSTANTIATE_TEST_SUITE_P(FullDiskBulk, DiskFaultTest, testing::Values(std::tuple(FileFault::kFullDisk, size_t{1})));
INSTANTIATE_TEST_SUITE_P(ErrorOnceLive, DiskFaultTest,
                         testing::Values(std::tuple(FileFault::kErrorOnce, size_t{1'000'000})));
INSTANTIATE_TEST_SUITE_P(ErrorOnceBulk, DiskFaultTest, testing::Values(std::tuple(FileFault::kErrorOnce, size_t{1})));

}  // namespace
}  // namespace setpoint::test
