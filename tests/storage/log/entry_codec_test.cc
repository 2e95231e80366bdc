#include "storage/log/entry_codec.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "storage/base/concat.h"
#include "tests/storage/engine/store_fixture.h"
#include "tests/storage/log/entries.h"

namespace setpoint::storage {
namespace {

TEST(EntryCodec, ReadsWhatItWrote) {
  for (const Entry& entry : {EmptyEntry(), FullEntry(), RefsEntry()}) {
    const absl::StatusOr<Entry> decoded = DecodeEntry(EncodeEntry(entry));
    ASSERT_TRUE(decoded.ok()) << decoded.status();
    EXPECT_EQ(*decoded, entry);
  }
}

TEST(EntryCodec, EqualEntriesGiveEqualBytes) {
  EXPECT_EQ(EncodeEntry(FullEntry()), EncodeEntry(FullEntry()));
  Entry entry = FullEntry();
  entry.batch_end = false;
  EXPECT_NE(EncodeEntry(entry), EncodeEntry(FullEntry()));
}

TEST(EntryCodec, AnyValidEntryComesBack) {
  const uint64_t seed = TestSeed();
  SCOPED_TRACE(Concat("SETPOINT_SEED=", seed));
  std::mt19937_64 random(seed);
  for (int i = 0; i < 2'000; ++i) {
    const Entry entry = RandomEntry(random);
    const std::string bytes = EncodeEntry(entry);
    const absl::StatusOr<Entry> decoded = DecodeEntry(bytes);
    ASSERT_TRUE(decoded.ok()) << decoded.status();
    ASSERT_TRUE(*decoded == entry);
    ASSERT_EQ(EncodeEntry(*decoded), bytes);
  }
}

TEST(EntryCodec, AHeadIsThatOfItsEntry) {
  const uint64_t seed = TestSeed();
  SCOPED_TRACE(Concat("SETPOINT_SEED=", seed));
  std::mt19937_64 random(seed);
  for (int i = 0; i < 500; ++i) {
    const Entry entry = RandomEntry(random);
    const absl::StatusOr<EntryHead> head = DecodeEntryHead(EncodeEntry(entry));
    ASSERT_TRUE(head.ok()) << head.status();
    EXPECT_EQ(head->timeline, entry.timeline);
    EXPECT_EQ(head->cause, entry.cause);
    EXPECT_EQ(head->commit, entry.commit);
    EXPECT_EQ(head->commit_before, entry.commit_before);
    EXPECT_EQ(head->observed, entry.observed);
  }
}

TEST(EntryCodec, ReadsBytesAtAnyAddress) {
  const std::string bytes = EncodeEntry(FullEntry());
  for (size_t shift = 0; shift < 16; ++shift) {
    const std::string shifted = std::string(shift, 'x') + bytes;
    const absl::StatusOr<Entry> decoded = DecodeEntry(std::string_view(shifted).substr(shift));
    ASSERT_TRUE(decoded.ok()) << decoded.status();
    EXPECT_EQ(*decoded, FullEntry());
  }
}

TEST(EntryCodec, NoDamageIsTrusted) {
  // What comes out of damaged bytes is refused, or is an entry that keeps the rules: never a crash, never a read
  // beyond the end. (That the bytes differ at all is the hash chain's to find.)
  const std::string bytes = EncodeEntry(FullEntry());
  for (size_t size = 0; size < bytes.size(); ++size) {
    const absl::StatusOr<Entry> decoded = DecodeEntry(bytes.substr(0, size));
    if (decoded.ok()) {
      EXPECT_EQ(*decoded, FullEntry()) << size;  // Only the buffer's last padding was cut.
      EXPECT_GE(size + 4, bytes.size());
    } else {
      EXPECT_EQ(decoded.status().code(), absl::StatusCode::kDataLoss) << size;
    }
  }
  int refused = 0;
  for (size_t at = 0; at < bytes.size(); ++at) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string flipped = bytes;
      flipped[at] = static_cast<char>(flipped[at] ^ (1 << bit));
      const absl::StatusOr<Entry> decoded = DecodeEntry(flipped);
      if (decoded.ok()) {
        EXPECT_TRUE(DecodeEntryHead(flipped).ok()) << "a damaged head in a sound entry";
        EncodeEntry(*decoded);
      } else {
        EXPECT_EQ(decoded.status().code(), absl::StatusCode::kDataLoss);
        ++refused;
      }
    }
  }
  EXPECT_GT(refused, 0);
}

TEST(EntryCodec, RandomBytesAreNoEntry) {
  const uint64_t seed = TestSeed();
  SCOPED_TRACE(Concat("SETPOINT_SEED=", seed));
  std::mt19937_64 random(seed);
  for (int i = 0; i < 2'000; ++i) {
    std::string bytes(random() % 200, '\0');
    for (char& c : bytes) c = static_cast<char>(random() % 4 == 0 ? random() : 0);
    const absl::StatusOr<Entry> decoded = DecodeEntry(bytes);
    if (decoded.ok()) {
      EncodeEntry(*decoded);
    }
  }
}

TEST(EntryCodecDeathTest, AnInvalidEntryIsNotWritten) {
  Entry entry = EmptyEntry();
  entry.timeline = TimelineId();
  EXPECT_DEATH(EncodeEntry(entry), "valid before it is written");
}

}  // namespace
}  // namespace setpoint::storage
