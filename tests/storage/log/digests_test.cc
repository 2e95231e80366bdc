#include "storage/log/digests.h"

#include <gtest/gtest.h>

#include "storage/base/concat.h"
#include "tests/storage/engine/store_fixture.h"
#include "tests/storage/log/entries.h"

namespace setpoint::storage {
namespace {

using DigestsTest = StoreTest;

TEST_F(DigestsTest, AreFoundFromBothSides) {
  Digests digests;
  WriteBatch batch;
  const ContentKey content{ResourceId(1), Revision(2), 3};
  const TextKey text{PathId(4), Revision(5)};
  EXPECT_EQ(digests.FindContent(RepeatedDigest(1)), std::nullopt);
  digests.AddContent(RepeatedDigest(1), content, batch);
  digests.AddText(RepeatedId(2), text, batch);
  EXPECT_EQ(batch.size(), 2u);
  EXPECT_EQ(digests.FindContent(RepeatedDigest(1)), content);
  EXPECT_EQ(digests.HashOf(content), RepeatedDigest(1));
  EXPECT_EQ(digests.FindText(RepeatedId(2)), text);
  EXPECT_EQ(digests.BlobOf(text), RepeatedId(2));
  EXPECT_EQ(digests.HashOf({ResourceId(1), Revision(2), 4}), std::nullopt);
  EXPECT_EQ(digests.BlobOf({PathId(4), Revision(6)}), std::nullopt);
  EXPECT_EQ(digests.FindText(RepeatedId(1)), std::nullopt);
}

TEST_F(DigestsTest, ComeBackFromTheStore) {
  Open();
  WriteBatch batch;
  {
    Digests digests;
    for (uint32_t i = 1; i <= 2'000; ++i) {
      digests.AddContent(Sha256(Concat(i)), {ResourceId(i), Revision(i), 1}, batch);
      digests.AddText(*ObjectId::FromBytes(Sha256(Concat(i)).Bytes().substr(0, 20)), {PathId(i), Revision(i)}, batch);
    }
  }
  ASSERT_TRUE(store().Write(batch).ok());
  Reopen();
  Digests digests;
  ASSERT_TRUE(digests.Load(store()).ok());
  for (uint32_t i = 1; i <= 2'000; ++i) {
    EXPECT_EQ(digests.FindContent(Sha256(Concat(i))), (ContentKey{ResourceId(i), Revision(i), 1}));
    EXPECT_EQ(digests.HashOf({ResourceId(i), Revision(i), 1}), Sha256(Concat(i)));
    EXPECT_TRUE(digests.BlobOf({PathId(i), Revision(i)}).has_value());
  }
}

TEST_F(DigestsTest, HashesOfManyAreThoseOfEach) {
  Digests digests;
  WriteBatch batch;
  std::vector<ContentKey> keys;
  for (uint32_t i = 1; i <= 10'000; ++i) {
    keys.push_back({ResourceId(i % 7 + 1), Revision(i), i % 3 + 1});
    if (i % 5 != 0) digests.AddContent(Sha256(Concat(i)), keys.back(), batch);
  }
  EXPECT_TRUE(digests.HashesOf({}).empty());
  const std::vector<Digest> hashes = digests.HashesOf(keys);
  ASSERT_EQ(hashes.size(), keys.size());
  for (size_t i = 0; i < keys.size(); ++i) {
    EXPECT_EQ(hashes[i], digests.HashOf(keys[i]).value_or(Digest()));
  }
}

TEST_F(DigestsTest, AMalformedRowIsDataLoss) {
  Open();
  Put(Family::kDigests, "c and no hash", "no key");
  Digests digests;
  EXPECT_EQ(digests.Load(store()).code(), absl::StatusCode::kDataLoss);
}

TEST_F(DigestsTest, AKeyOfTwoHashesIsDataLoss) {
  Open();
  for (const uint8_t byte : {uint8_t{1}, uint8_t{2}}) {
    Put(Family::kDigests, "b" + std::string(RepeatedId(byte).Bytes()), TextKey{PathId(4), Revision(5)}.Encode());
  }
  Digests digests;
  EXPECT_EQ(digests.Load(store()).code(), absl::StatusCode::kDataLoss);
}

TEST(DigestsDeathTest, AThingIsAddedOnce) {
  Digests digests;
  WriteBatch batch;
  digests.AddText(RepeatedId(2), {PathId(4), Revision(5)}, batch);
  EXPECT_DEATH(digests.AddText(RepeatedId(2), {PathId(4), Revision(6)}, batch), "added once");
  EXPECT_DEATH(digests.AddText(RepeatedId(3), {PathId(4), Revision(5)}, batch), "added once");
}

}  // namespace
}  // namespace setpoint::storage
