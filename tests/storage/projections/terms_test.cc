// Which values have terms, and which resources may have had one.
#include "storage/projections/terms.h"

#include <gtest/gtest.h>

#include <map>
#include <memory>

#include "storage/base/concat.h"
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
  EXPECT_EQ(CountTerms(R"({"apiVersion":"v1","data":{"password":"hunter2"},"kind":"Secret"})"), 2u);  // With the mark.
  EXPECT_EQ(CountTerms(R"({"data":{"password":"hunter2"},"kind":"ConfigMap"})"), 2u);
  EXPECT_EQ(CountTerms(R"({"password":"ENC[AES256_GCM,data:x]"})"), 1u);
}

// They are on disk: another hash needs another kProjectionsVersion.
TEST(TermHashesTest, AreTheSameForEver) {
  EXPECT_EQ(TermHash("\"ghcr.io/acme/web:1.2\""), std::optional<uint64_t>(11424169928044759556U));
  EXPECT_EQ(TermHash("12345"), std::optional<uint64_t>(14437337535952988580U));
}

class TermsTest : public testing::Test {
 protected:
  TermsTest() { store_ = Store::Open(directory_.path() + "/store", {.mode = OpenMode::kCreateIfMissing}).value(); }

  // One entry that names these contents, written and applied.
  void Name(uint64_t revision, const std::map<uint32_t, std::string>& contents) {
    WriteBatch batch;
    for (const auto& [resource, json] : contents) {
      const ContentKey key{ResourceId(resource), Revision(revision), 1};
      PutContent(key, json, batch);
      ASSERT_TRUE(writer_->AddContent(key, json).ok());
    }
    writer_->Finish(Revision(revision), batch);
    ASSERT_TRUE(store_->Write(batch).ok());
  }
  void Restart(uint64_t applied) { writer_ = std::make_unique<TermWriter>(*store_, Revision(applied)); }

  std::string RowOf(uint64_t revision) {
    std::string key(8, '\0');
    key[7] = static_cast<char>(revision);
    return store_->Get(Family::kTerms, key).value().value_or("none");
  }
  std::string Find(const std::string& scalar, uint64_t applied) {
    const auto found = FindResourcesByTerm(*store_, {scalar}, Revision(applied)).value();
    if (!found) return "any";
    std::string text;
    for (const ResourceId each : *found) text += Concat(each.value, " ");
    return text;
  }

  const test::TemporaryDirectory directory_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<TermWriter> writer_ = std::make_unique<TermWriter>(*store_, Revision(0));
};

TEST_F(TermsTest, AValueIsFoundAtWhateverEntryBroughtIt) {
  Name(1, {{1, R"({"image":"web:1.0"})"}, {2, R"({"image":"api:1.0"})"}});
  Name(2, {{1, R"({"image":"web:1.1"})"}});
  writer_->AddBorrowed(ResourceId(3), ResourceId(1));
  Name(3, {{2, R"({"image":"web:1.1"})"}});
  EXPECT_EQ(Find("\"web:1.1\"", 2), "1 ");
  EXPECT_EQ(Find("\"web:1.1\"", 3), "1 2 3 ");
  EXPECT_EQ(Find("\"web:1.0\"", 3), "1 3 ");
  EXPECT_EQ(Find("\"web:2.0\"", 3), "");
  EXPECT_EQ(Find("\"1\"", 3), "any");
}

TEST_F(TermsTest, OnlyWhatIsNewStandsInARowAlsoAfterARestart) {
  Name(1, {{1, R"({"image":"web:1.0","name":"web"})"}});
  Name(2, {{1, R"({"image":"web:1.1","name":"web"})"}});
  const std::string row = RowOf(2);
  EXPECT_EQ(row.size(), 1u + 1u + 3u);
  Restart(1);
  Name(2, {{1, R"({"image":"web:1.1","name":"web"})"}});
  EXPECT_EQ(RowOf(2), row);
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
