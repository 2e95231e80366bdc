#include "storage/ingest/decode_memo.h"

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace setpoint::storage
