#include "storage/git/delta.h"

#include <gtest/gtest.h>

#include <optional>
#include <random>
#include <string>

#include "tests/storage/git/git_fixture.h"

namespace setpoint::storage {
namespace {

// What the instructions make of "0123456789", at a size that is claimed for it.
std::optional<std::string> Apply(const std::string& instructions, size_t size) {
  std::string output(size, '?');
  if (!ApplyDelta("0123456789", instructions, output.data(), size)) return std::nullopt;
  return output;
}

TEST(DeltaTest, CopiesAndInserts) {
  EXPECT_EQ(Apply(std::string("\x91\x02\x03", 3), 3), "234");
  EXPECT_EQ(Apply(std::string("\x90\x0a", 2), 10), "0123456789");
  EXPECT_EQ(Apply(std::string("\x03") + "abc" + std::string("\x91\x09\x01", 3), 4), "abc9");
  EXPECT_EQ(Apply("", 0), "");
}

TEST(DeltaTest, NothingOutOfBounds) {
  EXPECT_EQ(Apply(std::string("\x91\x02\x03", 3), 2), std::nullopt) << "more than claimed";
  EXPECT_EQ(Apply(std::string("\x91\x02\x03", 3), 4), std::nullopt) << "less than claimed";
  EXPECT_EQ(Apply(std::string("\x91\x08\x03", 3), 3), std::nullopt) << "beyond the base";
  EXPECT_EQ(Apply(std::string("\x91\x0b\x01", 3), 1), std::nullopt) << "begins beyond the base";
  EXPECT_EQ(Apply(std::string("\x8f\xff\xff\xff\xff", 5), 0x10000), std::nullopt);
  EXPECT_EQ(Apply(std::string("\x80", 1), 0x10000), std::nullopt) << "a length of 0 means 0x10000";
  EXPECT_EQ(Apply(std::string("\x91\x02", 2), 3), std::nullopt) << "cut short";
  EXPECT_EQ(Apply(std::string("\x03") + "ab", 3), std::nullopt) << "cut short";
  EXPECT_EQ(Apply(std::string("\0", 1), 0), std::nullopt) << "no instruction";
}

TEST(DeltaTest, Sizes) {
  const std::string delta("\x91\x2e\x05rest", 7);
  const std::optional<DeltaSizes> sizes = ReadDeltaSizes(delta);
  ASSERT_TRUE(sizes.has_value());
  EXPECT_EQ(sizes->base, 0x11U + (0x2eU << 7));
  EXPECT_EQ(sizes->result, 5U);
  EXPECT_EQ(sizes->instructions, "rest");
  EXPECT_FALSE(ReadDeltaSizes("").has_value());
  EXPECT_FALSE(ReadDeltaSizes("\x05").has_value());
  EXPECT_FALSE(ReadDeltaSizes(std::string(20, '\xff')).has_value());
}

TEST(DeltaTest, AnyBytesAreHarmless) {
  const uint64_t seed = GitFixture::Seed();
  SCOPED_TRACE(seed);
  std::mt19937_64 random(seed);
  for (int i = 0; i < 20'000; ++i) {
    std::string bytes(random() % 24, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random());
    if (const std::optional<DeltaSizes> sizes = ReadDeltaSizes(bytes)) Apply(std::string(sizes->instructions), 32);
    Apply(bytes, random() % 64);
  }
}

}  // namespace
}  // namespace setpoint::storage
