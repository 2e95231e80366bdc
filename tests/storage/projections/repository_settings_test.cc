// Settings come back as they were put, and rows of every age are read.
#include "storage/projections/repository_settings.h"

#include <gtest/gtest.h>

#include "storage/base/concat.h"
#include "storage/engine/write_batch.h"
#include "tests/support/temporary_directory.h"

namespace setpoint::storage {
namespace {

class RepositorySettingsTest : public testing::Test {
 protected:
  RepositorySettingsTest() { store_ = Store::Open(directory_.path(), {.mode = OpenMode::kCreateIfMissing}).value(); }

  void PutRow(std::string_view value) {
    WriteBatch batch;
    batch.Put(Family::kSettings, "repository/shop", value);
    ASSERT_TRUE(store_->Write(batch).ok());
  }

  const test::TemporaryDirectory directory_;
  std::unique_ptr<Store> store_;
};

TEST_F(RepositorySettingsTest, ComeBackAsTheyWere) {
  RepositorySettings settings{.name = "shop", .source = "/src/shop", .owned_patterns = {"release-*"}};
  settings.environments = {{"prod", "main", "clusters/prod/"}, {"all", "", ""}};
  settings.signature_keys = {{SignatureKeyKind::kSsh, "/etc/allowed"}, {SignatureKeyKind::kX509, "ca.pem"}};
  WriteBatch batch;
  PutRepositorySettings(settings, batch);
  ASSERT_TRUE(store_->Write(batch).ok());
  const auto read = ReadRepositorySettings(*store_, "shop").value().value();
  EXPECT_EQ(read.owned_patterns, settings.owned_patterns);
  EXPECT_EQ(read.environments, settings.environments);
  EXPECT_EQ(read.signature_keys, settings.signature_keys);
}

TEST_F(RepositorySettingsTest, ARowFromBeforeThereWereEnvironmentsIsRead) {
  PutRow(std::string("\x04/src\x01\x04main\x00\x01", 13));
  const auto read = ReadRepositorySettings(*store_, "shop").value().value();
  EXPECT_EQ(read.source, "/src");
  EXPECT_TRUE(read.delete_on_vanish);
  EXPECT_TRUE(read.environments.empty());
  EXPECT_TRUE(read.signature_keys.empty());
}

TEST_F(RepositorySettingsTest, BytesOfARow) {
  RepositorySettings settings{.name = "shop", .source = "s", .owned_patterns = {}, .pointing_patterns = {}};
  settings.environments = {{"prod", "main", "p/"}};
  settings.signature_keys = {{SignatureKeyKind::kSshRevoked, "k"}};
  WriteBatch batch;
  PutRepositorySettings(settings, batch);
  EXPECT_EQ(batch[0].value, std::string("\x01s\x00\x00\x00\x01\x04prod\x04main\x02p/\x01\x03\x01k", 23));
}

TEST_F(RepositorySettingsTest, AMalformedRowIsDamage) {
  PutRow(std::string("\x04/src\x00\x00\x00\x05", 9));
  EXPECT_EQ(ReadRepositorySettings(*store_, "shop").status().code(), absl::StatusCode::kDataLoss);
}

TEST(EnvironmentTest, TextAndBack) {
  EXPECT_EQ(ParseEnvironment("prod=main:/clusters/prod").value(), (Environment{"prod", "main", "clusters/prod/"}));
  EXPECT_EQ(ParseEnvironment("prod=:clusters/prod/").value(), (Environment{"prod", "", "clusters/prod/"}));
  EXPECT_EQ(ParseEnvironment("prod=clusters/prod/").value(), (Environment{"prod", "", "clusters/prod/"}));
  EXPECT_EQ(ParseEnvironment("rel=release-1.2").value(), (Environment{"rel", "release-1.2", ""}));
  EXPECT_EQ(ParseEnvironment("all=").value(), (Environment{"all", "", ""}));
  EXPECT_EQ(EnvironmentText({"prod", "main", "clusters/prod/"}), "prod=main:clusters/prod/");
  for (const char* const text : {"", "prod", "=main", "Prod=main", "a b=main"}) {
    EXPECT_EQ(ParseEnvironment(text).status().code(), absl::StatusCode::kInvalidArgument) << text;
  }
}

TEST(SignatureKeyFileTest, TextAndBack) {
  EXPECT_EQ(ParseSignatureKeyFile("ssh:/a:b").value(), (SignatureKeyFile{SignatureKeyKind::kSsh, "/a:b"}));
  EXPECT_EQ(SignatureKeyFileText({SignatureKeyKind::kOpenPgp, "k.gpg"}), "openpgp:k.gpg");
  for (const char* const text : {"", "ssh", "ssh:", "rsa:k", ":k"}) {
    EXPECT_EQ(ParseSignatureKeyFile(text).status().code(), absl::StatusCode::kInvalidArgument) << text;
  }
}

}  // namespace
}  // namespace setpoint::storage
