#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "storage/base/concat.h"
#include "storage/log/hash_chain.h"
#include "storage/log/log_reader.h"
#include "storage/log/log_writer.h"
#include "tests/storage/engine/store_fixture.h"
#include "tests/storage/log/entries.h"

namespace setpoint::storage {
namespace {

using ::testing::HasSubstr;

constexpr uint64_t kLast = 3;

class VerifyChainTest : public StoreTest {
 protected:
  void SetUp() override {
    Open();
    WriteBatch batch;
    Genesis genesis;
    genesis.created = 1;
    LogWriter writer = LogWriter::Create(genesis, batch);
    ASSERT_TRUE(writer.Append(RefsEntry(), batch).ok());
    ASSERT_TRUE(writer.Append(FullEntry(), batch).ok());
    ASSERT_TRUE(writer.Append(FullEntry(), batch).ok());
    ASSERT_TRUE(store().Write(batch).ok());
    rows_ = RowsOf(store(), Family::kLog);
    ASSERT_EQ(rows_.size(), kLast + 1);
  }
  absl::Status Verify() { return VerifyChain(store(), Revision(), Revision(kLast)); }

  Rows rows_;
};

TEST_F(VerifyChainTest, EveryFlippedByteIsFound) {
  ASSERT_TRUE(Verify().ok());
  size_t flipped = 0;
  for (const auto& [key, value] : rows_) {
    for (size_t at = 0; at < value.size(); ++at, ++flipped) {
      std::string damaged = value;
      damaged[at] = static_cast<char>(damaged[at] ^ (1 << (at % 8)));
      WriteBatch batch;
      batch.Put(Family::kLog, key, damaged);
      ASSERT_TRUE(store().Write(batch).ok());
      const absl::Status status = Verify();
      ASSERT_EQ(status.code(), absl::StatusCode::kDataLoss) << at;
    }
    Put(Family::kLog, key, value);
  }
  EXPECT_GT(flipped, 500u);
  EXPECT_TRUE(Verify().ok());
}

TEST_F(VerifyChainTest, EveryCutRecordIsFound) {
  for (const auto& [key, value] : rows_) {
    for (const size_t size : {size_t{0}, size_t{31}, size_t{32}, value.size() - 1}) {
      Put(Family::kLog, key, value.substr(0, size));
      EXPECT_EQ(Verify().code(), absl::StatusCode::kDataLoss);
    }
    Put(Family::kLog, key, value + "x");
    EXPECT_EQ(Verify().code(), absl::StatusCode::kDataLoss);
    Put(Family::kLog, key, value);
  }
}

TEST_F(VerifyChainTest, MissingAndSwappedRecordsAreFound) {
  for (uint64_t revision = 0; revision <= kLast; ++revision) {
    const std::string key = LogKey(Revision(revision));
    WriteBatch batch;
    batch.Delete(Family::kLog, key);
    ASSERT_TRUE(store().Write(batch).ok());
    const absl::Status status = Verify();
    EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
    EXPECT_THAT(std::string(status.message()), HasSubstr(Concat("revision ", revision)));
    Put(Family::kLog, key, rows_[key]);
  }
  Put(Family::kLog, LogKey(Revision(2)), rows_[LogKey(Revision(3))]);
  Put(Family::kLog, LogKey(Revision(3)), rows_[LogKey(Revision(2))]);
  EXPECT_EQ(Verify().code(), absl::StatusCode::kDataLoss);
}

TEST_F(VerifyChainTest, APartIsVerifiedAgainstTheHashBefore) {
  EXPECT_TRUE(VerifyChain(store(), Revision(2), Revision(3)).ok());
  std::string genesis = rows_[LogKey(Revision())];
  genesis.back() = static_cast<char>(genesis.back() ^ 1);
  Put(Family::kLog, LogKey(Revision()), genesis);
  EXPECT_TRUE(VerifyChain(store(), Revision(2), Revision(3)).ok());
  EXPECT_FALSE(Verify().ok());
}

TEST_F(VerifyChainTest, TellsHowFarItIsAndStops) {
  uint64_t last_done = 0;
  uint64_t last_total = 0;
  const ChainProgress note = [&](uint64_t done, uint64_t total) {
    last_done = done;
    last_total = total;
    return true;
  };
  ASSERT_TRUE(VerifyChain(store(), Revision(), Revision(kLast), note).ok());
  EXPECT_EQ(last_done, kLast + 1);
  EXPECT_EQ(last_total, kLast + 1);
  const ChainProgress stop = [](uint64_t, uint64_t) { return false; };
  EXPECT_EQ(VerifyChain(store(), Revision(), Revision(kLast), stop).code(), absl::StatusCode::kCancelled);
}

}  // namespace
}  // namespace setpoint::storage
