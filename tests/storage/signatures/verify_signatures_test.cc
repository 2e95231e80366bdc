// Commits signed by the real tools with keys made at run time, and what becomes of them.
#include "storage/signatures/verify_signatures.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>

#include "absl/strings/str_replace.h"
#include "absl/time/clock.h"
#include "storage/base/concat.h"
#include "storage/log/commit_store.h"
#include "tests/storage/signatures/signing_tools.h"
#include "tests/support/git_history.h"
#include "tests/support/temporary_directory.h"

namespace setpoint::storage {
namespace {

using test::HasTool;
using Sign = std::function<std::string(std::string_view payload)>;

constexpr RepositoryId kRepository(7);

class VerifySignaturesTest : public testing::Test {
 protected:
  VerifySignaturesTest() : history_(directory_.path() + "/source.git") {
    store_ = Store::Open(directory_.path() + "/store", {.mode = OpenMode::kCreateIfMissing}).value();
  }

  std::string Path(const std::string& name) const { return directory_.path() + "/" + name; }

  // Keys made now are not valid before now.
  int64_t Soon() const { return absl::ToUnixSeconds(absl::Now()) + 3'600; }

  // A commit with this message, signed, in the store. `Tamper` changes what was signed.
  using Tamper = std::function<std::string(std::string)>;
  ObjectId PutSigned(const std::string& message, const Sign& sign, const Tamper& tamper = {}) {
    test::HistoryCommit commit{.message = message + "\n", .time = time_.value_or(Soon())};
    const std::string signature = sign(history_.CommitBytes(commit));
    std::string_view lines = signature;
    if (lines.ends_with('\n')) lines.remove_suffix(1);
    commit.headers = Concat("gpgsig ", absl::StrReplaceAll(std::string(lines), {{"\n", "\n "}}), "\n");
    std::string bytes = history_.CommitBytes(commit);
    if (tamper) bytes = tamper(std::move(bytes));
    return Put(bytes);
  }
  ObjectId Put(const std::string& bytes) {
    const ObjectId id = history_.WriteObject("commit", bytes);
    WriteBatch batch;
    PutObject(kRepository, id, StoredObjectType::kCommit, bytes, batch);
    EXPECT_TRUE(store_->Write(batch).ok());
    return id;
  }
  static std::string ChangeMessage(std::string bytes) {
    bytes.insert(bytes.size() - 1, "!");
    return bytes;
  }

  VerifySignaturesReport Verify(const std::vector<SignatureKeyFile>& keys, VerifySignaturesOptions options = {}) {
    auto report = VerifySignatures(*store_, kRepository, keys, SystemClock(), options);
    EXPECT_TRUE(report.ok()) << report.status();
    if (!report.ok()) return {};
    EXPECT_TRUE(report->first_failure.ok()) << report->first_failure;
    EXPECT_EQ(FindCurrentKeyring(*store_, kRepository).value().value().digest, report->keyring);
    keyring_ = report->keyring;
    return *report;
  }
  Verdict Of(const ObjectId& commit) {
    const auto found = FindVerdict(*store_, kRepository, commit, keyring_).value();
    EXPECT_TRUE(found.has_value());
    return found.value_or(Verdict());
  }

  const test::TemporaryDirectory directory_;
  test::GitHistory history_;
  std::unique_ptr<Store> store_;
  Digest keyring_;
  std::optional<int64_t> time_;
};

TEST_F(VerifySignaturesTest, OpenPgp) {
  if (!HasTool("gpg") || !HasTool("gpgv")) GTEST_SKIP() << "gpg and gpgv are not installed";
  test::OpenPgpHome home;
  for (const char* const user : {"ada@example.org", "eve@example.org", "rob@example.org"}) home.MakeKey(user);
  home.MakeExpiredKey("old@example.org");
  const auto by = [&](const std::string& user) { return [&, user](std::string_view p) { return home.Sign(user, p); }; };
  const ObjectId good = PutSigned("good", by("ada@example.org"));
  const ObjectId tampered = PutSigned("tampered", by("ada@example.org"), ChangeMessage);
  const ObjectId unknown = PutSigned("unknown", by("eve@example.org"));
  const ObjectId revoked = PutSigned("revoked", by("rob@example.org"));
  const ObjectId expired =
      PutSigned("expired", [&](std::string_view p) { return home.SignLongAgo("old@example.org", p); });
  home.Revoke("rob@example.org");
  test::WriteFile(Path("ada.asc"), home.ExportArmoured("ada@example.org"));
  test::WriteFile(Path("others.gpg"), home.Export("old@example.org") + home.Export("rob@example.org"));

  const VerifySignaturesReport report =
      Verify({{SignatureKeyKind::kOpenPgp, Path("ada.asc")}, {SignatureKeyKind::kOpenPgp, Path("others.gpg")}});
  EXPECT_EQ(report.signed_commits, 5u);
  EXPECT_EQ(report.remaining, 0u);
  EXPECT_EQ(Of(good).verdict, SignatureVerdict::kGood);
  EXPECT_EQ(Of(good).signer, "ada@example.org");
  EXPECT_EQ(Of(good).key.size(), 40u);
  EXPECT_EQ(Of(tampered).verdict, SignatureVerdict::kBad);
  EXPECT_EQ(Of(unknown).verdict, SignatureVerdict::kUnknownKey);
  EXPECT_EQ(Of(revoked).verdict, SignatureVerdict::kRevoked);
  EXPECT_EQ(Of(expired).verdict, SignatureVerdict::kExpired);

  // Other keys, other verdicts: all commits are asked again, and none of the old ones counts.
  test::WriteFile(Path("eve.gpg"), home.Export("eve@example.org"));
  EXPECT_EQ(Verify({{SignatureKeyKind::kOpenPgp, Path("eve.gpg")}}).already_known, 0u);
  EXPECT_EQ(Of(unknown).verdict, SignatureVerdict::kGood);
  EXPECT_EQ(Of(good).verdict, SignatureVerdict::kUnknownKey);
  EXPECT_EQ(Verify({{SignatureKeyKind::kOpenPgp, Path("eve.gpg")}}).already_known, 5u);
}

TEST_F(VerifySignaturesTest, Ssh) {
  if (!HasTool("ssh-keygen")) GTEST_SKIP() << "ssh-keygen is not installed";
  for (const char* const name : {"ada", "eve", "rob", "old"}) test::MakeSshKey(Path(name));
  const auto by = [&](const std::string& name) {
    return [this, name](std::string_view p) { return test::SignWithSsh(Path(name), p); };
  };
  const ObjectId good = PutSigned("good", by("ada"));
  const ObjectId tampered = PutSigned("tampered", by("ada"), ChangeMessage);
  const ObjectId unknown = PutSigned("unknown", by("eve"));
  const ObjectId unknown_and_bad = PutSigned("unknown and bad", by("eve"), ChangeMessage);
  const ObjectId revoked = PutSigned("revoked", by("rob"));
  const ObjectId expired = PutSigned("expired", by("old"));
  const ObjectId other_use =
      PutSigned("a file", [&](std::string_view p) { return test::SignWithSsh(Path("ada"), p, "file"); });
  time_ = 1'500'000'000;  // 2017.
  const ObjectId in_time = PutSigned("in time", by("old"));
  const auto line = [&](const std::string& name, const std::string& options) {
    return Concat(name, "@example.org ", options, " ", test::ReadFile(Path(name + ".pub")));
  };
  test::WriteFile(Path("signers"),
                  line("ada", "namespaces=\"git\"") + line("rob", "") + line("old", "valid-before=\"20180101\""));
  test::WriteFile(Path("revoked"), test::ReadFile(Path("rob.pub")));

  Verify({{SignatureKeyKind::kSsh, Path("signers")}, {SignatureKeyKind::kSshRevoked, Path("revoked")}});
  EXPECT_EQ(Of(good).verdict, SignatureVerdict::kGood);
  EXPECT_EQ(Of(good).signer, "ada@example.org");
  EXPECT_TRUE(Of(good).key.starts_with("SHA256:")) << Of(good).key;
  EXPECT_EQ(Of(tampered).verdict, SignatureVerdict::kBad);
  EXPECT_EQ(Of(unknown).verdict, SignatureVerdict::kUnknownKey);
  EXPECT_EQ(Of(unknown_and_bad).verdict, SignatureVerdict::kBad);
  EXPECT_EQ(Of(revoked).verdict, SignatureVerdict::kRevoked);
  EXPECT_EQ(Of(expired).verdict, SignatureVerdict::kExpired);
  EXPECT_NE(Of(other_use).verdict, SignatureVerdict::kGood);
  EXPECT_EQ(Of(in_time).verdict, SignatureVerdict::kGood);
}

TEST_F(VerifySignaturesTest, X509) {
  if (!HasTool("openssl")) GTEST_SKIP() << "openssl is not installed";
  for (const char* const name : {"ours", "theirs"}) std::filesystem::create_directory(Path(name));
  test::X509Authority ours(Path("ours"));
  test::X509Authority theirs(Path("theirs"));
  ours.MakeCertificate("Ada");
  ours.MakeCertificate("Rob");
  theirs.MakeCertificate("Eve");
  const auto by = [](test::X509Authority& authority, const std::string& name) {
    return [&authority, name](std::string_view p) { return authority.Sign(name, p); };
  };
  const ObjectId good = PutSigned("good", by(ours, "Ada"));
  const ObjectId tampered = PutSigned("tampered", by(ours, "Ada"), ChangeMessage);
  const ObjectId unknown = PutSigned("unknown", by(theirs, "Eve"));
  const ObjectId revoked = PutSigned("revoked", by(ours, "Rob"));
  time_ = Soon() + 60 * 24 * 3'600;
  const ObjectId expired = PutSigned("expired", by(ours, "Ada"));
  test::WriteFile(Path("ca-and-crl.pem"), test::ReadFile(ours.ca_path()) + ours.Revoke("Rob"));

  Verify({{SignatureKeyKind::kX509, ours.ca_path()}});
  EXPECT_EQ(Of(good).verdict, SignatureVerdict::kGood);
  EXPECT_EQ(Of(good).signer, "CN=Ada");
  EXPECT_EQ(Of(tampered).verdict, SignatureVerdict::kBad);
  EXPECT_EQ(Of(unknown).verdict, SignatureVerdict::kUnknownKey);
  EXPECT_EQ(Of(revoked).verdict, SignatureVerdict::kGood);
  EXPECT_EQ(Of(expired).verdict, SignatureVerdict::kExpired);
  Verify({{SignatureKeyKind::kX509, Path("ca-and-crl.pem")}});
  EXPECT_EQ(Of(good).verdict, SignatureVerdict::kGood);
  EXPECT_EQ(Of(revoked).verdict, SignatureVerdict::kRevoked);
}

TEST_F(VerifySignaturesTest, WhatGitItselfSigns) {
  if (!HasTool("gpg") || !HasTool("gpgv")) GTEST_SKIP() << "gpg and gpgv are not installed";
  test::OpenPgpHome home;
  home.MakeKey("ada@example.org");
  test::WriteFile(Path("git-gpg"), Concat("#!/bin/sh\nexec gpg --homedir ", home.path(), " --batch \"$@\"\n"));
  std::filesystem::permissions(Path("git-gpg"), std::filesystem::perms::owner_all);
  const ObjectId parent = history_.Commit({.files = {{"a.yaml", "a: 1\n"}}});
  std::string id =
      history_.Git({"-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-c", "user.signingkey=ada@example.org",
                    "-c", Concat("gpg.program=", Path("git-gpg")), "commit-tree", "-S", "-p", parent.Hex(), "-m",
                    "signed by git", history_.TreeOf(parent).Hex()});
  const ObjectId commit = Put(history_.ReadObject(ObjectId::FromHex(id.substr(0, 40)).value()));
  test::WriteFile(Path("ada.asc"), home.ExportArmoured("ada@example.org"));
  Verify({{SignatureKeyKind::kOpenPgp, Path("ada.asc")}});
  EXPECT_EQ(commit.Hex(), id.substr(0, 40));
  EXPECT_EQ(Of(commit).verdict, SignatureVerdict::kGood);
}

TEST_F(VerifySignaturesTest, ARunMayBeBoundedAndGoneOnWith) {
  for (int n = 0; n < 5; ++n) {
    PutSigned(Concat("commit ", n), [](std::string_view) { return "-----BEGIN NOTHING-----\nx\n"; });
  }
  EXPECT_EQ(Verify({}, {.limit = 2}).remaining, 3u);
  EXPECT_EQ(Verify({}, {.patience = absl::ZeroDuration()}).remaining, 3u);
  const VerifySignaturesReport rest = Verify({}, {.jobs = 3});
  EXPECT_EQ(rest.already_known, 2u);
  EXPECT_EQ(rest.remaining, 0u);
  EXPECT_EQ(rest.verdicts, (std::map<SignatureVerdict, uint64_t>{{SignatureVerdict::kUnverifiable, 3}}));
  EXPECT_EQ(Verify({}, {.which = VerifySignaturesOptions::Which::kAll}).verdicts.at(SignatureVerdict::kUnverifiable),
            5u);
}

TEST_F(VerifySignaturesTest, AnUnsignedCommitHasNoVerdict) {
  Put(history_.CommitBytes({.message = "plain\n\ngpgsig in the message\n"}));
  EXPECT_EQ(Verify({}).signed_commits, 0u);
}

}  // namespace
}  // namespace setpoint::storage
