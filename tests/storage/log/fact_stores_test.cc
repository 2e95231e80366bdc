#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "storage/log/commit_store.h"
#include "storage/log/content_store.h"
#include "storage/log/text_store.h"
#include "tests/storage/engine/store_fixture.h"
#include "tests/storage/log/entries.h"

namespace setpoint::storage {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

const Erasure kErasure{"ann", 1'700'000'000, "a leaked token"};

class FactStoresTest : public StoreTest {
 protected:
  void SetUp() override { Open(); }
  void Write() { ASSERT_TRUE(store().Write(batch_).ok()); }
  WriteBatch batch_;
};

TEST_F(FactStoresTest, ContentIsReadAsItWasPut) {
  const ContentKey key{ResourceId(1), Revision(2), 3};
  EXPECT_EQ(*ReadContent(store(), key), std::nullopt);
  PutContent(key, "{\"a\":1}", batch_);
  Write();
  EXPECT_EQ(*ReadContent(store(), key), "{\"a\":1}");
  EXPECT_EQ(*ReadContentRecord(store(), key), ContentRecord("{\"a\":1}"));
}

TEST_F(FactStoresTest, ErasedContentSaysWhoWhenAndWhy) {
  const ContentKey key{ResourceId(1), Revision(2), 3};
  PutContent(key, "secret", batch_);
  PutErasedContent(key, kErasure, batch_);
  Write();
  EXPECT_EQ(*ReadContentRecord(store(), key), ContentRecord(kErasure));
  const absl::Status status = ReadContent(store(), key).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(status.message()),
              AllOf(HasSubstr("ann"), HasSubstr("2023-11-14T22:13:20"), HasSubstr("a leaked token")));
}

TEST_F(FactStoresTest, TextIsReadAsItWasPut) {
  const TextKey key{PathId(1), Revision(2)};
  const std::string bytes("a\0b\xff", 4);
  EXPECT_EQ(*ReadText(store(), key), std::nullopt);
  PutText(key, bytes, batch_);
  PutText({PathId(1), Revision(3)}, "", batch_);
  Write();
  EXPECT_EQ(*ReadText(store(), key), bytes);
  EXPECT_EQ(*ReadText(store(), {PathId(1), Revision(3)}), "");
}

TEST_F(FactStoresTest, ALargeTextIsKnownByItsDigests) {
  const TextKey key{PathId(1), Revision(2)};
  const LargeText text{RepeatedId(1), RepeatedDigest(2), uint64_t{5} << 30};
  PutLargeText(key, text, batch_);
  Write();
  EXPECT_EQ(*ReadTextRecord(store(), key), TextRecord(text));
  EXPECT_EQ(ReadText(store(), key).status().code(), absl::StatusCode::kFailedPrecondition);
}

TEST_F(FactStoresTest, AnErasedTextKeepsItsBlobId) {
  const TextKey key{PathId(1), Revision(2)};
  const ErasedText text{RepeatedId(1), kErasure};
  PutErasedText(key, text, batch_);
  Write();
  EXPECT_EQ(*ReadTextRecord(store(), key), TextRecord(text));
  EXPECT_EQ(ReadText(store(), key).status().code(), absl::StatusCode::kFailedPrecondition);
}

TEST_F(FactStoresTest, ObjectsAreOfOneRepository) {
  PutObject(RepositoryId(1), RepeatedId(1), StoredObjectType::kCommit, "tree", batch_);
  PutObject(RepositoryId(1), RepeatedId(2), StoredObjectType::kTag, "object", batch_);
  Write();
  EXPECT_EQ(*ReadObject(store(), RepositoryId(1), RepeatedId(1)), (StoredObject{StoredObjectType::kCommit, "tree"}));
  EXPECT_EQ(*ReadObject(store(), RepositoryId(1), RepeatedId(2)), (StoredObject{StoredObjectType::kTag, "object"}));
  EXPECT_EQ(*ReadObject(store(), RepositoryId(2), RepeatedId(1)), std::nullopt);
}

TEST_F(FactStoresTest, MalformedRowsAreDataLoss) {
  const ContentKey content{ResourceId(1), Revision(2), 3};
  const TextKey text{PathId(1), Revision(2)};
  for (const std::string& value : {std::string(), std::string("\x07"), std::string("\x02"), std::string("\x03xx")}) {
    Put(Family::kContent, content.Encode(), value);
    Put(Family::kTexts, text.Encode(), value);
    Put(Family::kObjects, StoredObjectKey(RepositoryId(1), RepeatedId(1)), value);
    EXPECT_EQ(ReadContent(store(), content).status().code(), absl::StatusCode::kDataLoss);
    EXPECT_EQ(ReadText(store(), text).status().code(), absl::StatusCode::kDataLoss);
    EXPECT_EQ(ReadObject(store(), RepositoryId(1), RepeatedId(1)).status().code(), absl::StatusCode::kDataLoss);
  }
}

TEST(FactKeys, AreReadAsTheyWereWritten) {
  const ContentKey content{ResourceId(0x01020304), Revision(5), 6};
  const TextKey text{PathId(7), Revision(8)};
  EXPECT_EQ(ContentKey::Decode(content.Encode()), content);
  EXPECT_EQ(TextKey::Decode(text.Encode()), text);
  EXPECT_EQ(ContentKey::Decode(text.Encode()), std::nullopt);
  EXPECT_EQ(TextKey::Decode(content.Encode()), std::nullopt);
  EXPECT_LT((ContentKey{ResourceId(1), Revision(255), 1}).Encode(),
            (ContentKey{ResourceId(1), Revision(256), 1}).Encode());
}

}  // namespace
}  // namespace setpoint::storage
