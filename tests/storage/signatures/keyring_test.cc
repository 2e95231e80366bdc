#include "storage/signatures/keyring.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "storage/base/limits.h"
#include "storage/signatures/openpgp_check.h"
#include "tests/storage/signatures/signing_tools.h"
#include "tests/support/temporary_directory.h"

namespace setpoint::storage {
namespace {

TEST(RemoveArmourTest, HeadersAndChecksumArePassedOver) {
  const std::string armour =
      "-----BEGIN PGP PUBLIC KEY BLOCK-----\nVersion: 1\n\nAQI=\n=abcd\n-----END PGP PUBLIC KEY BLOCK-----\n";
  EXPECT_EQ(RemoveArmour(armour).value(), "\x01\x02");
  EXPECT_EQ(RemoveArmour("text\n" + armour + armour).value(), "\x01\x02\x01\x02");
  EXPECT_EQ(RemoveArmour("-----BEGIN SIGNED MESSAGE-----\r\nAQ\r\nI=\r\n-----END SIGNED MESSAGE-----").value(),
            "\x01\x02");
}

TEST(RemoveArmourTest, BrokenOnesAreRefused) {
  for (const char* const text : {"", "text", "-----BEGIN X-----\nAQI=\n", "-----BEGIN X-----\n*\n-----END X-----\n"}) {
    EXPECT_EQ(RemoveArmour(text).status().code(), absl::StatusCode::kInvalidArgument) << text;
  }
}

TEST(KeyringTest, ItsDigestIsOfTheBytesOfItsFiles) {
  const test::TemporaryDirectory directory;
  const std::string path = directory.path() + "/signers";
  const auto digest = [&](SignatureKeyKind kind) { return Keyring::Load({{kind, path}}).value()->digest(); };
  test::WriteFile(path, "ada ssh-ed25519 AAAA\n");
  const Digest first = digest(SignatureKeyKind::kSsh);
  EXPECT_EQ(digest(SignatureKeyKind::kSsh), first);
  EXPECT_NE(digest(SignatureKeyKind::kSshRevoked), first);
  test::WriteFile(path, "bob ssh-ed25519 AAAA\n");
  EXPECT_NE(digest(SignatureKeyKind::kSsh), first);
  std::filesystem::copy_file(path, path + "2");
  EXPECT_EQ(Keyring::Load({{SignatureKeyKind::kSsh, path + "2"}}).value()->digest(), digest(SignatureKeyKind::kSsh));
}

TEST(KeyringTest, ItsFolderGoesWithIt) {
  auto keyring = Keyring::Load({}).value();
  const std::string folder = keyring->folder();
  EXPECT_TRUE(std::filesystem::exists(folder));
  keyring.reset();
  EXPECT_FALSE(std::filesystem::exists(folder));
}

TEST(KeyringTest, AFileThatIsNotThereOrTooLargeIsNamed) {
  const test::TemporaryDirectory directory;
  const std::string path = directory.path() + "/keys";
  const auto missing = Keyring::Load({{SignatureKeyKind::kOpenPgp, path}}).status();
  EXPECT_EQ(missing.code(), absl::StatusCode::kNotFound);
  EXPECT_NE(missing.message().find(path), std::string::npos);
  test::WriteFile(path, "");
  std::filesystem::resize_file(path, kKeyFileBytesMax + 1);
  EXPECT_EQ(Keyring::Load({{SignatureKeyKind::kOpenPgp, path}}).status().code(), absl::StatusCode::kResourceExhausted);
}

TEST(OpenPgpVerdictTest, TheLinesOfGpgv) {
  const auto verdict = [](std::string_view status) { return OpenPgpVerdict(status).verdict; };
  EXPECT_EQ(verdict("[GNUPG:] NEWSIG\n[GNUPG:] GOODSIG 12AB Ada <a@x>\n[GNUPG:] VALIDSIG 77 2020 1\n"),
            SignatureVerdict::kGood);
  EXPECT_EQ(OpenPgpVerdict("[GNUPG:] GOODSIG 12AB Ada <a@x>\n[GNUPG:] VALIDSIG 77 2020 1\n").key, "77");
  EXPECT_EQ(verdict("[GNUPG:] REVKEYSIG 12AB Ada\n"), SignatureVerdict::kRevoked);
  EXPECT_EQ(verdict("[GNUPG:] EXPSIG 12AB Ada\n"), SignatureVerdict::kExpired);
  EXPECT_EQ(verdict("[GNUPG:] ERRSIG 12AB 22 8 00 1 9 -\n[GNUPG:] NO_PUBKEY 12AB\n"), SignatureVerdict::kUnknownKey);
  EXPECT_EQ(verdict("[GNUPG:] ERRSIG 12AB 99 8 00 1 4 -\n"), SignatureVerdict::kUnverifiable);
  // A user id may say anything; only the first word of a status line counts.
  EXPECT_EQ(verdict("[GNUPG:] BADSIG 12AB GOODSIG 12AB [GNUPG:] GOODSIG\nGOODSIG 12AB\n"), SignatureVerdict::kBad);
  EXPECT_EQ(verdict("[GNUPG:] GOODSIG 12AB Ada\n[GNUPG:] GOODSIG 12AB Ada\n"), SignatureVerdict::kBad);
  EXPECT_EQ(verdict(""), SignatureVerdict::kUnverifiable);
}

}  // namespace
}  // namespace setpoint::storage
