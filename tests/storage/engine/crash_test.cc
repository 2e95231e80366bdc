// A process may die between any two operations on files, and power may go with it. What was acknowledged must be there
// afterwards; what was not is there whole or not at all; and the store always opens.
#include <gtest/gtest.h>
#include <rocksdb/env.h>

#include <initializer_list>
#include <memory>
#include <random>
#include <string>

#include "storage/base/concat.h"
#include "storage/base/logging.h"
#include "storage/engine/bulk_chunk.h"
#include "storage/engine/store.h"
#include "storage/engine/write_batch.h"
#include "tests/storage/engine/store_fixture.h"
#include "tests/storage/engine/unreliable_file_system.h"

namespace setpoint::storage {
namespace {

// Far more operations than any of these stories takes.
constexpr uint64_t kOperationsMax = 5'000;

// One life of a store: live writes and bulk chunks, each over several families, numbered from 1. A step that was
// acknowledged counts; the first that fails ends the life.
struct Life {
  int acknowledged = 0;
  bool died = false;
};

void PutStep(int step, RowSink& sink,
             std::initializer_list<Family> families = {Family::kLog, Family::kNames, Family::kVersions}) {
  for (const Family family : families) {
    sink.Put(family, Concat("step ", step), std::string(700, 'x'));
  }
}

// A store on a file system that the caller watches.
class WatchedStore {
 public:
  WatchedStore(const std::string& directory, UnreliableFileSystem& files)
      : environment_(
            rocksdb::NewCompositeEnv(std::shared_ptr<rocksdb::FileSystem>(&files, [](rocksdb::FileSystem*) {}))),
        store_(Store::Open(directory, {.mode = OpenMode::kCreateIfMissing, .environment = environment_.get()})) {}

  const absl::StatusOr<std::unique_ptr<Store>>& store() const { return store_; }

 private:
  const std::unique_ptr<rocksdb::Env> environment_;
  const absl::StatusOr<std::unique_ptr<Store>> store_;
};

Life Live(const std::string& directory, UnreliableFileSystem& files, int steps) {
  const WatchedStore watched(directory, files);
  const absl::StatusOr<std::unique_ptr<Store>>& store = watched.store();
  Life life;
  for (int step = 1; store.ok() && step <= steps; ++step) {
    absl::Status written;
    WriteBatch batch;
    batch.Put(Family::kMeta, "applied", Concat(step));
    if (step % 2 == 1) {
      PutStep(step, batch);
      written = (*store)->Write(batch);
    } else {
      BulkChunk part;
      PutStep(step, part, {Family::kNames});
      written = (*store)->Stage(std::move(part));
      BulkChunk rest;
      PutStep(step, rest, {Family::kLog, Family::kVersions});
      if (written.ok()) written = (*store)->Ingest(std::move(rest), batch);
    }
    if (!written.ok()) break;
    life.acknowledged = step;
  }
  life.died = files.stopped();
  return life;
}

// Everything that was acknowledged is there, and the step after it whole or not at all.
void CheckAfterwards(const std::string& directory, const Life& life) {
  UnreliableFileSystem files(0);
  const WatchedStore watched(directory, files);
  const absl::StatusOr<std::unique_ptr<Store>>& store = watched.store();
  ASSERT_TRUE(store.ok()) << store.status();
  const absl::StatusOr<std::optional<std::string>> row = (*store)->Get(Family::kMeta, "applied");
  ASSERT_TRUE(row.ok()) << row.status();
  const int applied = row->has_value() ? std::stoi(**row) : 0;
  EXPECT_GE(applied, life.acknowledged);
  EXPECT_LE(applied, life.acknowledged + 1);
  for (const Family family : {Family::kLog, Family::kNames, Family::kVersions}) {
    for (int step = 1; step <= life.acknowledged + 1; ++step) {
      const absl::StatusOr<std::optional<std::string>> found = (*store)->Get(family, Concat("step ", step));
      ASSERT_TRUE(found.ok()) << found.status();
      EXPECT_EQ(found->has_value(), step <= applied) << InfoOf(family).name << " step " << step;
    }
  }
  WriteBatch batch;
  PutStep(99, batch);
  EXPECT_TRUE((*store)->Write(batch).ok());
}

enum class Loss { kProcess, kPower, kSectors };

// Dies at every operation in turn until a life passes without dying.
void DieEverywhere(Loss loss, uint64_t stride) {
  SetLogLevel(LogLevel::kOff);  // Each death is an error in RocksDB's eyes.
  std::mt19937_64 random(17);
  for (uint64_t stop_at = 1; stop_at < kOperationsMax; stop_at += stride) {
    SCOPED_TRACE(Concat("died at operation ", stop_at));
    TestDirectory directory;
    UnreliableFileSystem files(stop_at);
    const Life life = Live(directory.path() + "/data", files, 5);
    if (loss == Loss::kPower) files.DropUnsynced();
    if (loss == Loss::kSectors) files.TearUnsynced(random);
    CheckAfterwards(directory.path() + "/data", life);
    if (testing::Test::HasFailure()) return;
    if (!life.died) {
      EXPECT_EQ(life.acknowledged, 5);
      return;
    }
  }
  FAIL() << "no life ended by itself";
}

TEST(Crash, ProcessDiesAtEveryThirdOperation) { DieEverywhere(Loss::kProcess, 3); }

TEST(Crash, PowerIsCutAtEveryThirdOperation) { DieEverywhere(Loss::kPower, 3); }

TEST(Crash, PowerIsCutAndTheLogIsTorn) { DieEverywhere(Loss::kSectors, 1); }

TEST(Crash, AReadOnlyOpenAfterwardsSeesTheSame) {
  TestDirectory directory;
  UnreliableFileSystem files(0);
  const Life life = Live(directory.path() + "/data", files, 5);
  ASSERT_EQ(life.acknowledged, 5);
  absl::StatusOr<std::unique_ptr<Store>> store = Store::Open(directory.path() + "/data", {.mode = OpenMode::kReadOnly});
  ASSERT_TRUE(store.ok()) << store.status();
  EXPECT_EQ(*(*store)->Get(Family::kMeta, "applied"), "5");
}

}  // namespace
}  // namespace setpoint::storage
