// Verdicts on signatures while a server runs: of what is new, and of everything once the keys are others.
#include "server/follow/signature_keeper.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <optional>
#include <string>
#include <thread>

#include "storage/engine/write_batch.h"
#include "storage/projections/verdicts.h"
#include "tests/support/git_history.h"
#include "tests/support/store_under_test.h"
#include "tests/support/temporary_directory.h"

namespace setpoint::server {
namespace {

using storage::ObjectId;
using storage::RepositoryId;

constexpr RepositoryId kRepository(1);

class SignatureKeeperTest : public testing::Test {
 protected:
  SignatureKeeperTest() : history_(Path("source.git")), store_(Path("store"), history_.directory()) {}

  std::string Path(const std::string& name) const { return directory_.path() + "/" + name; }

  // One more commit on main, signed in a way that no tool takes, and ingested.
  ObjectId CommitSigned(const std::string& text) {
    test::HistoryCommit commit{
        .files = {{"a.json", text}}, .message = text + "\n", .headers = "gpgsig -----BEGIN NOTHING-----\n x\n"};
    if (tip_) commit.parents = {*tip_};
    tip_ = history_.Commit(commit);
    history_.SetRef("refs/heads/main", *tip_);
    store_.Ingest();
    return *tip_;
  }

  void WriteKeys(const std::string& bytes) { std::ofstream(Path("signers")) << bytes; }

  // The settings name the file.
  void NameKeys() {
    auto settings = storage::ListRepositorySettings(*store_.database().store).value().at(0);
    settings.signature_keys = {{storage::SignatureKeyKind::kSsh, Path("signers")}};
    storage::WriteBatch batch;
    storage::PutRepositorySettings(settings, batch);
    ASSERT_TRUE(store_.database().store->Write(batch).ok());
  }

  std::optional<storage::CurrentKeyring> Current() {
    return storage::FindCurrentKeyring(*store_.database().store, kRepository).value();
  }
  // By the keys that count now.
  bool HasVerdict(const ObjectId& commit) {
    return storage::FindVerdict(*store_.database().store, kRepository, commit, Current()->digest).value().has_value();
  }

  const test::TemporaryDirectory directory_;
  test::GitHistory history_;
  test::StoreUnderTest store_;
  std::optional<ObjectId> tip_;
};

TEST_F(SignatureKeeperTest, WhatIsNewAndEverythingUnderOtherKeys) {
  const ObjectId first = CommitSigned("1");
  SignatureKeeper keeper(store_.database(), storage::SystemClock());
  ASSERT_TRUE(keeper.Round().ok());
  EXPECT_FALSE(Current().has_value()) << "no keys are named";

  WriteKeys("ada@example.org ssh-ed25519 AAAA\n");
  NameKeys();
  ASSERT_TRUE(keeper.Round().ok());
  ASSERT_TRUE(Current().has_value());
  EXPECT_TRUE(HasVerdict(first));
  const storage::CurrentKeyring before = *Current();
  ASSERT_TRUE(keeper.Round().ok());
  EXPECT_EQ(Current(), before) << "nothing was new";

  const ObjectId second = CommitSigned("2");
  EXPECT_FALSE(HasVerdict(second));
  ASSERT_TRUE(keeper.Round().ok());
  EXPECT_TRUE(HasVerdict(second));

  WriteKeys("eve@example.org ssh-ed25519 BBBB\n");
  ASSERT_TRUE(keeper.Round().ok());
  EXPECT_NE(Current()->digest, before.digest);
  EXPECT_TRUE(HasVerdict(first));
  EXPECT_TRUE(HasVerdict(second));
}

TEST_F(SignatureKeeperTest, AMissingFileIsAnErrorAndNoVerdictIsLost) {
  const ObjectId commit = CommitSigned("1");
  WriteKeys("ada@example.org ssh-ed25519 AAAA\n");
  NameKeys();
  SignatureKeeper keeper(store_.database(), storage::SystemClock());
  ASSERT_TRUE(keeper.Round().ok());
  ASSERT_EQ(std::remove(Path("signers").c_str()), 0);
  EXPECT_FALSE(keeper.Round().ok());
  EXPECT_TRUE(HasVerdict(commit));
}

// A thread of its own looks at once, and ends when it is told to.
TEST_F(SignatureKeeperTest, StartsAndStops) {
  const ObjectId commit = CommitSigned("1");
  WriteKeys("ada@example.org ssh-ed25519 AAAA\n");
  NameKeys();
  SignatureKeeper keeper(store_.database(), storage::SystemClock());
  keeper.Start(absl::Hours(1));
  while (!Current().has_value()) std::this_thread::yield();
  keeper.Stop();
  ASSERT_TRUE(SignatureKeeper(store_.database(), storage::SystemClock()).Round().ok());
  EXPECT_TRUE(HasVerdict(commit));
}

}  // namespace
}  // namespace setpoint::server
