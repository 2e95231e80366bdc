#include <gtest/gtest.h>

#include <random>

#include "storage/base/concat.h"
#include "storage/base/limits.h"
#include "storage/log/hash_chain.h"
#include "storage/log/log_reader.h"
#include "storage/log/log_writer.h"
#include "storage/log/meta.h"
#include "tests/storage/engine/store_fixture.h"
#include "tests/storage/log/entries.h"

namespace setpoint::storage {
namespace {

class FixedClock final : public Clock {
 public:
  int64_t NowSeconds() const override { return 1'700'000'000; }
};
class FixedRandom final : public RandomSource {
 public:
  std::string Bytes(size_t size) const override { return std::string(size, 'r'); }
};

class LogTest : public StoreTest {
 protected:
  void SetUp() override {
    Open();
    WriteBatch batch;
    LogWriter::Create(Genesis::Make(FixedClock(), FixedRandom()), batch);
    ASSERT_TRUE(store().Write(batch).ok());
  }
  LogWriter OpenWriter() {
    absl::StatusOr<LogWriter> writer = LogWriter::Open(store());
    EXPECT_TRUE(writer.ok()) << writer.status();
    return *writer;
  }
  // Appends the entry and shows it, in one write.
  static void Append(LogWriter& writer, const Entry& entry, Store& store) {
    WriteBatch batch;
    const absl::StatusOr<Revision> revision = writer.Append(entry, batch);
    ASSERT_TRUE(revision.ok()) << revision.status();
    PutApplied(*revision, batch);
    ASSERT_TRUE(store.Write(batch).ok());
  }
};

TEST_F(LogTest, BeginsWithItsGenesis) {
  const absl::StatusOr<std::optional<Genesis>> genesis = ReadGenesis(store());
  ASSERT_TRUE(genesis.ok() && genesis->has_value());
  EXPECT_EQ((*genesis)->created, 1'700'000'000);
  EXPECT_EQ((*genesis)->StoreIdHex(), "72727272727272727272727272727272");
  EXPECT_EQ((*genesis)->format_version, 1u);
  EXPECT_EQ(OpenWriter().last_revision(), Revision());
  EXPECT_EQ(*ReadEntry(store(), Revision()), std::nullopt);
  EXPECT_TRUE(VerifyChain(store(), Revision(), Revision()).ok());
}

TEST_F(LogTest, EntriesAreReadAsTheyWereAppended) {
  const uint64_t seed = TestSeed();
  SCOPED_TRACE(Concat("SETPOINT_SEED=", seed));
  std::mt19937_64 random(seed);
  std::vector<Entry> entries;
  LogWriter writer = OpenWriter();
  for (int i = 0; i < 50; ++i) {
    Entry entry = RandomEntry(random);
    entry.observed = i;
    Append(writer, entry, store());
    entries.push_back(entry);
  }
  EXPECT_EQ(*ReadApplied(store()), Revision(50));
  EXPECT_EQ(*ReadEntry(store(), Revision(51)), std::nullopt);
  EXPECT_TRUE(*ReadEntry(store(), Revision(7)) == entries[6]);

  LogScan scan(store(), Revision(), Revision(50));
  uint64_t next = 1;
  for (; scan.Next(); ++next) {
    EXPECT_EQ(scan.revision(), Revision(next));
    EXPECT_TRUE(scan.entry() == entries[next - 1]);
  }
  EXPECT_TRUE(scan.status().ok()) << scan.status();
  EXPECT_EQ(next, 51u);
  EXPECT_TRUE(VerifyChain(store(), Revision(), Revision(50)).ok());
}

TEST_F(LogTest, AScanKeepsToItsEnds) {
  LogWriter writer = OpenWriter();
  for (int i = 0; i < 5; ++i) Append(writer, EmptyEntry(), store());
  LogScan scan(store(), Revision(2), Revision(4));
  std::vector<uint64_t> revisions;
  while (scan.Next()) revisions.push_back(scan.revision().value);
  EXPECT_EQ(revisions, (std::vector<uint64_t>{2, 3, 4}));
  LogScan beyond(store(), Revision(5), Revision(6));
  EXPECT_TRUE(beyond.Next());
  EXPECT_FALSE(beyond.Next());
  EXPECT_EQ(beyond.status().code(), absl::StatusCode::kDataLoss);
  EXPECT_FALSE(beyond.Next());
  LogScan empty(store(), Revision(4), Revision(3));
  EXPECT_FALSE(empty.Next());
  EXPECT_TRUE(empty.status().ok());
}

TEST_F(LogTest, AWriterGoesOnWhereTheLastEnded) {
  LogWriter first = OpenWriter();
  Entry entry = FullEntry();
  Append(first, entry, store());
  LogWriter second = OpenWriter();
  EXPECT_EQ(second.last_revision(), first.last_revision());
  EXPECT_EQ(second.last_hash(), first.last_hash());
  EXPECT_EQ(second.last_observed(), entry.observed);
  Append(second, entry, store());
  EXPECT_TRUE(VerifyChain(store(), Revision(), Revision(2)).ok());
}

TEST_F(LogTest, WhatWasNeverShownIsWrittenOver) {
  LogWriter writer = OpenWriter();
  Append(writer, EmptyEntry(), store());
  WriteBatch prepared;
  ASSERT_TRUE(writer.Append(FullEntry(), prepared).ok());
  ASSERT_TRUE(store().Write(prepared).ok());  // Without `applied`.

  LogWriter again = OpenWriter();
  EXPECT_EQ(again.last_revision(), Revision(1));
  Append(again, EmptyEntry(), store());
  EXPECT_EQ(*ReadEntry(store(), Revision(2)), EmptyEntry());
  EXPECT_TRUE(VerifyChain(store(), Revision(), Revision(2)).ok());
}

TEST_F(LogTest, ACopyOfAWriterGoesOnWhereAFailedWriteBegan) {
  LogWriter writer = OpenWriter();
  const LogWriter before = writer;
  WriteBatch lost;
  ASSERT_TRUE(writer.Append(FullEntry(), lost).ok());
  writer = before;
  Append(writer, EmptyEntry(), store());
  EXPECT_EQ(*ReadEntry(store(), Revision(1)), EmptyEntry());
}

TEST_F(LogTest, TheSameEntriesGiveTheSameChain) {
  std::string bytes[2];
  for (std::string& run : bytes) {
    WriteBatch batch;
    LogWriter writer = LogWriter::Create(Genesis::Make(FixedClock(), FixedRandom()), batch);
    ASSERT_TRUE(writer.Append(RefsEntry(), batch).ok());
    ASSERT_TRUE(writer.Append(FullEntry(), batch).ok());
    for (size_t i = 0; i < batch.size(); ++i) run.append(batch[i].key).append(batch[i].value);
  }
  EXPECT_EQ(bytes[0], bytes[1]);
}

TEST_F(LogTest, AnEntryWithTooManyChangesIsRefused) {
  LogWriter writer = OpenWriter();
  Entry entry = EmptyEntry();
  entry.files = {{"a", FileMode::kRegular, RepeatedId(1), 1, ""}};
  entry.changes.resize(kEntryChangesMax + 1, {0, "", "", Operation::kCreated, 1, RepeatedDigest(1), false});
  for (size_t i = 0; i < entry.changes.size(); ++i) entry.changes[i].key = Concat(10'000'000 + i);
  WriteBatch batch;
  EXPECT_EQ(writer.Append(entry, batch).status().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_TRUE(batch.empty());
  EXPECT_EQ(writer.last_revision(), Revision());
  entry.changes.pop_back();
  EXPECT_TRUE(writer.Append(entry, batch).ok());
}

TEST_F(LogTest, AnEntryWithTooManyBytesIsRefused) {
  LogWriter writer = OpenWriter();
  Entry entry = EmptyEntry();
  entry.files = {{std::string(kEntryBytesMax, 'x'), FileMode::kAbsent, {}, 0, ""}};
  WriteBatch batch;
  EXPECT_EQ(writer.Append(entry, batch).status().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_TRUE(batch.empty());
}

TEST_F(LogTest, AStoreWithoutALogHasNoWriter) {
  WriteBatch batch;
  batch.Delete(Family::kLog, LogKey(Revision()));
  ASSERT_TRUE(store().Write(batch).ok());
  EXPECT_EQ(LogWriter::Open(store()).status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(*ReadGenesis(store()), std::nullopt);
}

TEST_F(LogTest, AnAppliedRevisionThatIsMissingIsDataLoss) {
  WriteBatch batch;
  PutApplied(Revision(3), batch);
  ASSERT_TRUE(store().Write(batch).ok());
  EXPECT_EQ(LogWriter::Open(store()).status().code(), absl::StatusCode::kDataLoss);
}

TEST_F(LogTest, TimeNeverRunsBackwards) {
  LogWriter writer = OpenWriter();
  Append(writer, FullEntry(), store());
  WriteBatch batch;
  EXPECT_DEATH((void)writer.Append(EmptyEntry(), batch).ok(), "never runs backwards");
}

}  // namespace
}  // namespace setpoint::storage
