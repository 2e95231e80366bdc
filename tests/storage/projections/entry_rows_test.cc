// The bytes of the rows that say what each entry is (FORMAT.md), and what they give back.
#include "storage/projections/entry_rows.h"

#include <gtest/gtest.h>

#include <memory>

#include "storage/base/hex.h"
#include "storage/engine/write_batch.h"
#include "tests/support/temporary_directory.h"

namespace setpoint::storage {
namespace {

class EntryRowsTest : public testing::Test {
 protected:
  EntryRowsTest() { store_ = Store::Open(directory_.path() + "/store", {.mode = OpenMode::kCreateIfMissing}).value(); }

  // Written, read again, and the bytes.
  std::string BytesOf(const EntryRow& row) {
    WriteBatch batch;
    PutEntryRow(Revision(7), row, batch);
    EXPECT_TRUE(store_->Write(batch).ok());
    const auto found = FindEntryRow(*store_, Revision(7));
    EXPECT_TRUE(found.ok() && found->has_value() && **found == row) << found.status();
    const auto bytes = store_->Get(Family::kPositions, HexDecode("000000000000000000000007").value());
    return HexEncode(bytes.value().value_or("no row"));
  }

  const test::TemporaryDirectory directory_;
  std::unique_ptr<Store> store_;
};

TEST_F(EntryRowsTest, AMerge) {
  const EntryRow row{.timeline = TimelineId(1),
                     .cause = Cause::kCommit,
                     .commit = ObjectId::FromHex("00112233445566778899aabbccddeeff00112233").value(),
                     .commit_before = {},
                     .observed = 100,
                     .source = StateSource::kParents,
                     .places = {{TimelineId(1), Revision(6)}, {TimelineId(2), Revision(300)}}};
  EXPECT_EQ(BytesOf(row),
            "010301c801"
            "00112233445566778899aabbccddeeff00112233"
            "02010602ac02");
}

TEST_F(EntryRowsTest, AResetAndNoCommitAtAll) {
  EntryRow row{.timeline = TimelineId(1),
               .cause = Cause::kReset,
               .commit = ObjectId::FromHex("0011223344556677889900112233445566778899").value(),
               .commit_before = ObjectId::FromHex("ff11223344556677889900112233445566778899").value(),
               .observed = -1,
               .source = StateSource::kEarlier,
               .places = {{TimelineId(2), Revision(6)}}};
  EXPECT_EQ(BytesOf(row),
            "03010101"
            "0011223344556677889900112233445566778899"
            "ff11223344556677889900112233445566778899"
            "010206");
  EXPECT_EQ(BytesOf({.timeline = {}, .cause = Cause::kRefs, .commit = {}, .commit_before = {}, .places = {}}),
            "0680000000");
}

TEST_F(EntryRowsTest, NoEntryAndADamagedOne) {
  EXPECT_FALSE(FindEntryRow(*store_, Revision(8)).value().has_value());
  WriteBatch batch;
  batch.Put(Family::kPositions, HexDecode("000000000000000000000009").value(), "\x01");
  ASSERT_TRUE(store_->Write(batch).ok());
  EXPECT_TRUE(absl::IsDataLoss(FindEntryRow(*store_, Revision(9)).status()));
}

}  // namespace
}  // namespace setpoint::storage
