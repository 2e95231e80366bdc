#include "storage/base/coding.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <string>

#include "storage/base/hex.h"

namespace setpoint::storage {
namespace {

std::string Varint(uint64_t value) {
  std::string bytes;
  AppendVarint(bytes, value);
  return HexEncode(bytes);
}

TEST(Coding, BigEndianBytesAreInTheOrderOfNumbers) {
  std::string small;
  std::string large;
  AppendBigEndian64(small, 0x00ff);
  AppendBigEndian64(large, 0x0100);
  EXPECT_LT(small, large);
  std::string four;
  AppendBigEndian32(four, 0x01020304);
  EXPECT_EQ(HexEncode(four), "01020304");
}

TEST(Coding, VarintsAreThoseOfProtocolBuffers) {
  EXPECT_EQ(Varint(0), "00");
  EXPECT_EQ(Varint(127), "7f");
  EXPECT_EQ(Varint(128), "8001");
  EXPECT_EQ(Varint(300), "ac02");
  EXPECT_EQ(Varint(std::numeric_limits<uint64_t>::max()), "ffffffffffffffffff01");
}

TEST(Coding, EveryKindIsReadAsItWasWritten) {
  for (const int64_t number : {int64_t{0}, int64_t{-1}, int64_t{1}, int64_t{-64}, int64_t{64},
                               std::numeric_limits<int64_t>::min(), std::numeric_limits<int64_t>::max()}) {
    std::string bytes;
    AppendBigEndian32(bytes, static_cast<uint32_t>(number));
    AppendBigEndian64(bytes, static_cast<uint64_t>(number));
    AppendVarint(bytes, static_cast<uint64_t>(number));
    AppendSignedVarint(bytes, number);
    AppendString(bytes, "text");
    ByteReader reader(bytes);
    EXPECT_EQ(reader.BigEndian32(), static_cast<uint32_t>(number));
    EXPECT_EQ(reader.BigEndian64(), static_cast<uint64_t>(number));
    EXPECT_EQ(reader.Varint(), static_cast<uint64_t>(number));
    EXPECT_EQ(reader.SignedVarint(), number);
    EXPECT_EQ(reader.String(), "text");
    EXPECT_TRUE(reader.Finished());
  }
}

TEST(Coding, AReaderNeverPassesItsEnd) {
  std::string bytes;
  AppendString(bytes, "text");
  for (size_t size = 0; size < bytes.size(); ++size) {
    ByteReader reader(std::string_view(bytes).substr(0, size));
    EXPECT_EQ(reader.String(), "");
    EXPECT_TRUE(reader.failed()) << size;
    EXPECT_EQ(reader.BigEndian64(), 0u);
    EXPECT_FALSE(reader.Finished());
  }
}

TEST(Coding, AVarintThatNeverEndsFails) {
  ByteReader reader("\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01");
  reader.Varint();
  EXPECT_TRUE(reader.failed());
}

}  // namespace
}  // namespace setpoint::storage
