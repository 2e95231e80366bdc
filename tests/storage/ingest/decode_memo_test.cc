#include "storage/ingest/decode_memo.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "storage/base/limits.h"

namespace setpoint::storage {
namespace {

DecodeTask TaskOf(std::string_view path, size_t size) {
  DecodeTask task;
  task.key.path_class = ClassifyPath(path, FileMode::kRegular);
  task.bytes = std::string(size, 'x');
  task.size = size;
  return task;
}

TEST(DecodeLarge, LetsTheBytesGoOfWhatNoDecoderTakes) {
  for (const auto& [path, size] : {std::pair("picture.png", kTextBytesMax + 1), {"a.yaml", kDecodedFileBytesMax + 1}}) {
    DecodeTask task = TaskOf(path, size);
    const Digest digest = Sha256(task.bytes);
    DecodeTask whole = TaskOf(path, size);
    DecodeBlob(whole, Decoder());
    DecodeLarge(task, Decoder());
    EXPECT_TRUE(task.bytes.empty()) << path;
    EXPECT_EQ(task.let_go, digest) << path;
    EXPECT_EQ(task.size, size) << path;
    // The decoder's stage has nothing left to do, and nothing is lost.
    DecodeBlob(task, Decoder());
    EXPECT_EQ(task.decoded.outcome, Outcome::kNotDecoded) << path;
    EXPECT_EQ(task.decoded.resources, whole.decoded.resources) << path;
  }
}

TEST(DecodeLarge, KeepsWhatTheStoreKeepsAndWhatADecoderMayTake) {
  for (const auto& [path, size] : {std::pair("picture.png", kTextBytesMax), {"a.yaml", kTextBytesMax + 1}}) {
    DecodeTask task = TaskOf(path, size);
    DecodeLarge(task, Decoder());
    EXPECT_EQ(task.bytes.size(), size) << path;
    EXPECT_FALSE(task.let_go.has_value() || task.is_decoded) << path;
  }
}

// A memo over blobs that are all of one size, with the reads counted.
class DecodeMemoTest : public testing::Test {
 protected:
  static constexpr size_t kBlobBytes = size_t{1} << 20;

  static BlobKey KeyOf(uint8_t number) {
    ObjectId id;
    id.bytes[0] = number;
    return {.blob = id, .path_class = ClassifyPath("a.txt", FileMode::kRegular)};
  }
  std::shared_ptr<DecodeTask> Decode(uint8_t number) {
    auto task = std::make_shared<DecodeTask>(TaskOf("a.txt", kBlobBytes));
    task->key = KeyOf(number);
    DecodeBlob(*task, Decoder());
    return task;
  }

  size_t reads_ = 0;
  DecodeMemo memo_{[this](DecodeTask& task) {
                     ++reads_;
                     task.bytes = std::string(kBlobBytes, 'x');
                     task.size = kBlobBytes;
                     return absl::OkStatus();
                   },
                   Decoder()};
};

TEST_F(DecodeMemoTest, WhatIsTooMuchToKeepIsReadAgain) {
  constexpr uint8_t kBlobs = 2 * (kBytesAtHandMax / kBlobBytes);
  for (uint8_t number = 0; number < kBlobs; ++number) memo_.Add(Decode(number));
  for (uint8_t number = 0; number < kBlobs; ++number) {
    const auto blob = memo_.Find(KeyOf(number));
    ASSERT_TRUE(blob.ok());
    EXPECT_EQ((*blob)->resources.size(), 1u);
  }
  EXPECT_EQ(reads_, 0u);
  for (uint8_t number = 0; number < kBlobs; ++number) {
    const auto task = memo_.Bring(KeyOf(number));
    ASSERT_TRUE(task.ok());
    EXPECT_EQ((*task)->bytes.size(), kBlobBytes);
    const auto content = memo_.Content(KeyOf(number), 0);
    ASSERT_TRUE(content.ok());
    EXPECT_EQ(*content, Decode(number)->decoded.resources.front().content);
    EXPECT_EQ(memo_.Content(KeyOf(number), 1).status().code(), absl::StatusCode::kDataLoss);
  }
  // Somewhat less than half of them are kept: contents and what keeps track of them count.
  EXPECT_GT(reads_, 3u * (kBlobs / 2));
  EXPECT_LT(reads_, 3u * (kBlobs / 2 + 2));
}

TEST_F(DecodeMemoTest, WhatIsLetGoMakesRoom) {
  memo_.Add(Decode(1));
  memo_.Add(Decode(2));
  memo_.LetGo(KeyOf(1));
  memo_.LetGo(KeyOf(1));
  ASSERT_TRUE(memo_.Bring(KeyOf(2)).ok());
  EXPECT_EQ(reads_, 0u);
  ASSERT_TRUE(memo_.Bring(KeyOf(1)).ok());
  EXPECT_EQ(reads_, 1u);
  for (int round = 0; round < 300; ++round) {
    memo_.LetGo();
    memo_.Add(Decode(3));
    ASSERT_TRUE(memo_.Bring(KeyOf(3)).ok());
  }
  EXPECT_EQ(reads_, 1u);
}

}  // namespace
}  // namespace setpoint::storage
