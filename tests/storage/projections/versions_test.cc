// The bytes of the rows that say what a resource was (versions.h), and what they give back.
#include "storage/projections/versions.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "storage/base/hex.h"
#include "storage/engine/write_batch.h"
#include "tests/support/temporary_directory.h"

namespace setpoint::storage {
namespace {

class VersionsTest : public testing::Test {
 protected:
  VersionsTest() { store_ = Store::Open(directory_.path() + "/store", {.mode = OpenMode::kCreateIfMissing}).value(); }

  // Written, read again and written as that: key and value.
  std::string BytesOf(const Version& version) {
    const std::string bytes = Written(version);
    const auto scan = store_->Scan(Family::kVersions, "");
    EXPECT_EQ(Written(DecodeVersion(scan->Key(), scan->Value()).value()), bytes);
    return bytes;
  }

  std::string Written(const Version& version) {
    EXPECT_TRUE(store_->Clear(Family::kVersions).ok());
    WriteBatch batch;
    PutVersion(version, batch);
    EXPECT_TRUE(store_->Write(batch).ok());
    const auto scan = store_->Scan(Family::kVersions, "");
    return HexEncode(scan->Key()) + " " + HexEncode(scan->Value());
  }

  const test::TemporaryDirectory directory_;
  std::unique_ptr<Store> store_;
};

Version Updated() {
  return {.resource = ResourceId(3),
          .position = {TimelineId(1), Revision(7)},
          .index = 2,
          .operation = Operation::kUpdated,
          .format = 10,
          .content = {ResourceId(3), Revision(7), 2},
          .path = PathId(5),
          .origin = Revision(7),
          .moved_from = {},
          .moved_to = {}};
}

TEST_F(VersionsTest, WrittenByItsEntryWhateverThatWasMadeFrom) {
  Version version = Updated();
  EXPECT_EQ(BytesOf(version), "0000000300000001fffffffffffffff8 020a0205");
  version.source = StateSource::kEarlier;
  EXPECT_EQ(BytesOf(version), "0000000300000001fffffffffffffff8 024a0205");
  version.source = StateSource::kParent;
  EXPECT_EQ(BytesOf(version), "0000000300000001fffffffffffffff8 028a0205");
  version.source = StateSource::kParents;
  EXPECT_EQ(BytesOf(version), "0000000300000001fffffffffffffff8 02ca0205");
  const auto scan = store_->Scan(Family::kVersions, "");
  const Version read = DecodeVersion(scan->Key(), scan->Value()).value();
  EXPECT_EQ(read.source, StateSource::kParents);
  EXPECT_EQ(read.format, 10);
}

TEST_F(VersionsTest, MovedHereWithAnotherOnesContent) {
  Version version = Updated();
  version.operation = Operation::kMoved;
  version.moved_from = ResourceId(2);
  version.origin = Revision(6);
  version.content = {ResourceId(2), Revision(4), 1};
  version.stale = true;
  EXPECT_EQ(BytesOf(version), "0000000300000001fffffffffffffff8 db0a02050602020401");
}

TEST_F(VersionsTest, TheTombstoneOfAMove) {
  Version version = Updated();
  version.operation = Operation::kDeleted;
  version.content = {};
  version.moved_to = ResourceId(4);
  EXPECT_EQ(BytesOf(version), "0000000300000001fffffffffffffff8 240a020504");
}

TEST_F(VersionsTest, ADamagedRow) {
  EXPECT_TRUE(absl::IsDataLoss(DecodeVersion(HexDecode("0000000300000001fffffffffffffff8").value(), "\x02").status()));
}

}  // namespace
}  // namespace setpoint::storage
