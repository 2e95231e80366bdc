// Which values have terms, and which resources may have had one.
#include "storage/projections/terms.h"

#include <gtest/gtest.h>

#include <map>
#include <memory>

#include "storage/base/concat.h"
#include "storage/base/hex.h"
#include "storage/engine/write_batch.h"
#include "storage/log/content_store.h"
#include "tests/support/temporary_directory.h"

namespace setpoint::storage {
namespace {

size_t CountTerms(std::string_view json) { return TermHashes(json).size(); }

TEST(TermHashesTest, ScalarsOnceEachWhateverTheirPlace) {
  EXPECT_EQ(TermHashes(R"({"a":"one","b":["one",{"c":"two"}]})"), TermHashes(R"(["two","one"])"));
  EXPECT_EQ(TermHashes(R"({"a":12345})"), std::vector<uint64_t>{*TermHash("12345")});
  EXPECT_NE(*TermHash("12345"), *TermHash("\"12345\""));
}

TEST(TermHashesTest, KeysShortOnesAndLiteralsHaveNone) {
  EXPECT_EQ(CountTerms(R"({"long-key":"ab","b":true,"c":null,"d":[],"e":12,"f":""})"), 0u);
}

TEST(TermHashesTest, EscapedQuotesEndNoString) {
  EXPECT_EQ(TermHashes(R"(["a\\\"b,c","d\\\\"])").size(), 2u);
  EXPECT_EQ(TermHashes(R"(["x\\","yyy"])"),
            (std::vector<uint64_t>{std::min(*TermHash(R"("x\\")"), *TermHash(R"("yyy")")),
                                   std::max(*TermHash(R"("x\\")"), *TermHash(R"("yyy")"))}));
}

TEST(TermHashesTest, SecretsAndCiphertextHaveNone) {
  EXPECT_EQ(CountTerms(R"({"apiVersion":"v1","data":{"password":"hunter2"},"kind":"Secret"})"), 1u);
  EXPECT_EQ(CountTerms(R"({"data":{"password":"hunter2"},"kind":"ConfigMap"})"), 2u);
  EXPECT_EQ(CountTerms(R"({"password":"ENC[AES256_GCM,data:x]"})"), 0u);
}

// They are on disk: another hash needs another kProjectionsVersion.
TEST(TermHashesTest, AreTheSameForEver) {
  EXPECT_EQ(TermHash("\"ghcr.io/acme/web:1.2\""), std::optional<uint64_t>(11424169928044759556U));
  EXPECT_EQ(TermHash("12345"), std::optional<uint64_t>(14437337535952988580U));
}

class TermsTest : public testing::Test {
 protected:
  // One entry that names these contents, written and applied.
  void Name(uint64_t revision, const std::map<uint32_t, std::string>& contents) {
    WriteBatch batch;
    for (const auto& [resource, json] : contents) {
      const ContentKey key{ResourceId(resource), Revision(revision), 1};
      PutContent(key, json, batch);
      ASSERT_TRUE(writer_->AddContent(key, json, batch).ok());
    }
    writer_->Finish(Revision(revision), batch);
    ASSERT_TRUE(store_->Write(batch).ok());
  }
  void Restart(uint64_t applied) { writer_ = std::make_unique<TermWriter>(*store_, Revision(applied)); }

  // Every key and value, as hex and text.
  std::map<std::string, std::string> Rows() {
    std::map<std::string, std::string> rows;
    const auto row = store_->Scan(Family::kTerms, {});
    for (; row->Valid(); row->Next()) {
      rows.emplace(Concat(row->Key().substr(0, 1), " ", HexEncode(row->Key().substr(1))), HexEncode(row->Value()));
    }
    EXPECT_TRUE(row->Status().ok());
    return rows;
  }
  std::string Find(const std::string& scalar) {
    const auto found = FindResourcesByTerm(*store_, {scalar}).value();
    if (!found) return "any";
    std::string text;
    for (const ResourceId each : *found) text += Concat(each.value, " ");
    return text;
  }

  const test::TemporaryDirectory directory_;
  const std::unique_ptr<Store> store_ =
      Store::Open(directory_.path() + "/store", {.mode = OpenMode::kCreateIfMissing}).value();
  std::unique_ptr<TermWriter> writer_ = std::make_unique<TermWriter>(*store_, Revision(0));
};

TEST_F(TermsTest, AValueIsFoundWhereverAnEntryBroughtIt) {
  Name(1, {{1, R"({"image":"web:1.0"})"}, {2, R"({"image":"api:1.0"})"}});
  Name(2, {{1, R"({"image":"web:1.1"})"}});
  EXPECT_EQ(Find("\"web:1.1\""), "1 ");
  writer_->AddBorrowed(ResourceId(3), ResourceId(1));
  Name(3, {{2, R"({"image":"web:1.1"})"}});
  EXPECT_EQ(Find("\"web:1.1\""), "1 2 3 ");
  EXPECT_EQ(Find("\"web:1.0\""), "1 3 ");
  EXPECT_EQ(Find("\"web:2.0\""), "");
  EXPECT_EQ(Find("\"1\""), "any");
}

TEST_F(TermsTest, AValueThatComesBackHasItsRowAlready) {
  Name(1, {{1, R"({"image":"web:1.0","name":"web"})"}});
  EXPECT_EQ(Rows().size(), 2u);
  Name(2, {{1, R"({"image":"web:1.1","name":"web"})"}});
  const auto rows = Rows();
  EXPECT_EQ(rows.size(), 3u);
  Name(3, {{1, R"({"image":"web:1.0","name":"web"})"}});
  EXPECT_EQ(Rows(), rows);
}

// The bytes on disk (FORMAT.md): a 't' row for each scalar, a 'b' row for what was borrowed, an 's' row for each entry.
TEST_F(TermsTest, TheRowsOfAnEntry) {
  Name(1, {{7, R"({"a":"ENC[x]","image":"ghcr.io/acme/web:1.2"})"}, {8, R"({"a":"ENC[y]"})"}});
  writer_->AddBorrowed(ResourceId(9), ResourceId(7));
  Name(2, {});
  EXPECT_EQ(Rows(), (std::map<std::string, std::string>{
                        {"t 9e8ace00000007", ""}, {"b 0000000700000009", ""}, {"s 0000000000000001", "0708"}}));
}

// What a resource named last is read from the store.
TEST_F(TermsTest, OnlyWhatIsNewIsPutAlsoAfterARestart) {
  Name(1, {{1, R"({"image":"web:1.0","name":"web"})"}});
  Restart(1);
  ASSERT_TRUE(store_->Clear(Family::kTerms).ok());
  Name(2, {{1, R"({"image":"web:1.1","name":"web"})"}});
  EXPECT_EQ(Rows().size(), 1u);
  EXPECT_EQ(Find("\"web:1.1\""), "1 ");
}

TEST_F(TermsTest, WhoBearsSecretsIsFoundFromWhereOneStood) {
  Name(1, {{1, R"({"kind":"Secret"})"}, {2, R"({"kind":"ConfigMap"})"}});
  Name(2, {{2, R"({"a":"ENC[x]"})"}, {3, R"({"a":"x"})"}});
  absl::flat_hash_set<ResourceId> bearers;
  ASSERT_TRUE(AddSecretBearers(*store_, Revision(0), Revision(1), bearers).ok());
  EXPECT_EQ(bearers, absl::flat_hash_set<ResourceId>({ResourceId(1)}));
  ASSERT_TRUE(AddSecretBearers(*store_, Revision(1), Revision(2), bearers).ok());
  EXPECT_EQ(bearers, absl::flat_hash_set<ResourceId>({ResourceId(1), ResourceId(2)}));
}

}  // namespace
}  // namespace setpoint::storage
