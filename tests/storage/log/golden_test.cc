// Every record of the log and of the facts, byte for byte: what once was written must be read for ever.
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "storage/log/commit_store.h"
#include "storage/log/content_store.h"
#include "storage/log/digests.h"
#include "storage/log/entry_codec.h"
#include "storage/log/genesis.h"
#include "storage/log/hash_chain.h"
#include "storage/log/log_writer.h"
#include "storage/log/meta.h"
#include "storage/log/names.h"
#include "storage/log/text_store.h"
#include "tests/storage/log/entries.h"
#include "tests/storage/log/golden.h"

namespace setpoint::storage {
namespace {

// One row after another: family, key and value, each ended by a mark that no key or value here has.
class RecordingSink final : public RowSink {
 public:
  void Put(Family family, std::string_view key, std::string_view value) override {
    bytes_.append(InfoOf(family).name).append(": ").append(key).append(" = ").append(value).append("\n");
  }
  const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_;
};

Genesis GoldenGenesis() {
  Genesis genesis;
  genesis.store_id.fill(0xab);
  genesis.created = 1'700'000'000;
  genesis.format_version = 1;
  return genesis;
}

void ExpectEntry(const std::string& name, const Entry& entry) {
  ExpectGolden(name, EncodeEntry(entry));
  const absl::StatusOr<Entry> decoded = DecodeEntry(ReadGolden(name));
  ASSERT_TRUE(decoded.ok()) << decoded.status();
  EXPECT_EQ(*decoded, entry);
}

TEST(Golden, EmptyEntry) { ExpectEntry("entry_empty", EmptyEntry()); }
TEST(Golden, FullEntry) { ExpectEntry("entry_full", FullEntry()); }
TEST(Golden, RefsEntry) { ExpectEntry("entry_refs", RefsEntry()); }

TEST(Golden, Genesis) {
  ExpectGolden("genesis", GoldenGenesis().Encode());
  EXPECT_EQ(Genesis::Decode(ReadGolden("genesis")), GoldenGenesis());
}

TEST(Golden, Chain) {
  RecordingSink sink;
  LogWriter writer = LogWriter::Create(GoldenGenesis(), sink);
  ASSERT_TRUE(writer.Append(RefsEntry(), sink).ok());
  ASSERT_TRUE(writer.Append(FullEntry(), sink).ok());
  ExpectGolden("chain", sink.bytes());
}

TEST(Golden, Facts) {
  RecordingSink sink;
  const Erasure erasure{"ann", 1'700'000'000, "a leaked token"};
  PutContent({ResourceId(1), Revision(2), 3}, "{\"a\":1}", sink);
  PutErasedContent({ResourceId(1), Revision(2), 4}, erasure, sink);
  PutText({PathId(5), Revision(6)}, "a: 1", sink);
  PutLargeText({PathId(5), Revision(7)}, {RepeatedId(0x01), RepeatedDigest(0x02), 1u << 21}, sink);
  PutErasedText({PathId(5), Revision(8)}, {RepeatedId(0x03), erasure}, sink);
  PutObject(RepositoryId(9), RepeatedId(0x04), StoredObjectType::kCommit, "tree x", sink);
  PutObject(RepositoryId(9), RepeatedId(0x05), StoredObjectType::kTag, "object y", sink);
  ExpectGolden("facts", sink.bytes());
}

TEST(Golden, TablesAndMeta) {
  RecordingSink sink;
  Names names;
  names.InternRepository("home-ops", sink);
  names.InternPath("a.yaml", sink);
  names.InternResource("a.yaml#Data", sink);
  names.InternResource("b.yaml#Data", sink);
  Digests digests;
  digests.AddContent(RepeatedDigest(0x01), {ResourceId(1), Revision(2), 3}, sink);
  digests.AddText(RepeatedId(0x02), {PathId(4), Revision(5)}, sink);
  PutApplied(Revision(6), sink);
  PutProjectionVersion("versions", 7, sink);
  ExpectGolden("tables", sink.bytes());
}

}  // namespace
}  // namespace setpoint::storage
