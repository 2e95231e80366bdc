#include "storage/git/mirror.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>

#include "tests/storage/git/git_fixture.h"

namespace setpoint::storage {
namespace {

namespace fs = std::filesystem;
using test::GitHistory;
using test::HistoryFile;

// Each test of a kind of source that matters to all runs for all: as a local path, and as a URL that `git` fetches.
class MirrorTest : public GitFixture {
 protected:
  std::unique_ptr<Mirror> OpenMirror(const std::string& source, const std::string& name = "mirror") {
    absl::StatusOr<std::unique_ptr<Mirror>> mirror = Mirror::Open(root_ + "/" + name, source);
    EXPECT_TRUE(mirror.ok()) << mirror.status();
    return mirror.ok() ? *std::move(mirror) : nullptr;
  }

  static absl::Status FetchAll(Mirror& mirror) {
    const absl::StatusOr<Advertisement> advertisement = mirror.Advertise();
    return advertisement.ok() ? mirror.Fetch(advertisement->refs) : advertisement.status();
  }

  static bool Has(const Mirror& mirror, const ObjectId& id) {
    return ObjectReader::Open(mirror.git_directory()).value()->ReadHeader(id).value().has_value();
  }

  std::string Path() const { return history_.directory(); }
  std::string Url() const { return "file://" + history_.directory(); }
  absl::Status OpenStatus(const std::string& source) const { return Mirror::Open(root_ + "/refused", source).status(); }
};

class AnyMirrorTest : public MirrorTest, public testing::WithParamInterface<bool> {
 protected:
  std::string SourceName() const { return GetParam() ? Url() : Path(); }
};
INSTANTIATE_TEST_SUITE_P(Sources, AnyMirrorTest, testing::Bool(),
                         [](const auto& test) { return std::string(test.param ? "Url" : "Path"); });

TEST_P(AnyMirrorTest, FollowsARepository) {
  const ObjectId a = history_.Commit({.files = {{"a", "1"}}});
  history_.SetRef("refs/heads/main", a);
  const std::unique_ptr<Mirror> mirror = OpenMirror(SourceName());
  ASSERT_NE(mirror, nullptr);
  EXPECT_EQ(mirror->Advertise().value(), (Advertisement{"refs/heads/main", {{"refs/heads/main", a}}}));
  ASSERT_TRUE(FetchAll(*mirror).ok());
  EXPECT_TRUE(Has(*mirror, a));

  const ObjectId b = history_.Commit({.parents = {a}, .files = {{"a", "2"}}});
  const ObjectId tag = history_.Tag("v1", b);
  history_.SetRef("refs/heads/main", b);
  history_.SetRef("refs/heads/same", b);
  EXPECT_EQ(
      mirror->Advertise().value(),
      (Advertisement{"refs/heads/main", {{"refs/heads/main", b}, {"refs/heads/same", b}, {"refs/tags/v1", tag}}}));
  EXPECT_FALSE(Has(*mirror, b));
  ASSERT_TRUE(FetchAll(*mirror).ok());
  EXPECT_TRUE(Has(*mirror, b));
  EXPECT_TRUE(Has(*mirror, tag));
  EXPECT_TRUE(Has(*mirror, history_.Files(b).at("a").id));
  test::RunGit(mirror->git_directory(), {"fsck", "--strict", "--connectivity-only"});
}

TEST_P(AnyMirrorTest, SurvivesRepackingUpstreamAndGarbageCollectionHere) {
  const ObjectId a = history_.Commit({.files = {{"a", "1"}}});
  const ObjectId b = history_.Commit({.parents = {a}, .files = {{"a", "2"}}});
  history_.SetRef("refs/heads/main", b);
  const std::unique_ptr<Mirror> mirror = OpenMirror(SourceName());
  ASSERT_TRUE(FetchAll(*mirror).ok());
  history_.SetRef("refs/heads/main", a);
  history_.Git({"reflog", "expire", "--expire=now", "--all"});
  history_.Git({"gc", "-q", "--prune=now"});
  EXPECT_TRUE(Has(*mirror, b)) << "what upstream drops stays until the next fetch";
  test::RunGit(mirror->git_directory(), {"gc", "-q", "--prune=now"});
  EXPECT_TRUE(Has(*mirror, b)) << "the mirror's own refs keep it";
  ASSERT_TRUE(FetchAll(*mirror).ok());
  EXPECT_TRUE(Has(*mirror, a));
  EXPECT_TRUE(Has(*mirror, history_.Files(a).at("a").id));
}

TEST_P(AnyMirrorTest, OddHeads) {
  const ObjectId a = history_.Commit({.files = {{"a", "1"}}});
  history_.SetRef("refs/heads/other", a);
  const std::unique_ptr<Mirror> mirror = OpenMirror(SourceName());
  EXPECT_EQ(mirror->Advertise().value().default_branch, "") << "a branch that is not there";
  history_.DetachHead(a);
  EXPECT_EQ(mirror->Advertise().value(), (Advertisement{"", {{"refs/heads/other", a}}}));
  history_.SetHead("refs/heads/other");
  EXPECT_EQ(mirror->Advertise().value().default_branch, "refs/heads/other");
}

TEST_P(AnyMirrorTest, EmptyRepository) {
  const std::unique_ptr<Mirror> mirror = OpenMirror(SourceName());
  EXPECT_EQ(mirror->Advertise().value(), Advertisement());
  EXPECT_TRUE(FetchAll(*mirror).ok());
  EXPECT_TRUE(mirror->ShallowBoundary().value().empty());
}

TEST_P(AnyMirrorTest, NamesThatAreNotUtf8AndNamesInEachOthersWay) {
  const ObjectId a = history_.Commit({.files = {{"caf\xe9", "1"}}});
  history_.SetRef("refs/heads/caf\xe9", a);
  history_.SetRef("refs/heads/x", a);
  const std::unique_ptr<Mirror> mirror = OpenMirror(SourceName());
  EXPECT_EQ(mirror->Advertise().value().refs.at(0).name, "refs/heads/caf\xe9");
  ASSERT_TRUE(FetchAll(*mirror).ok());
  EXPECT_TRUE(Has(*mirror, a));
  const ObjectId b = history_.Commit({.parents = {a}, .files = {{"b", "1"}}});
  history_.DeleteRef("refs/heads/x");
  history_.SetRef("refs/heads/x/y", b);
  ASSERT_TRUE(FetchAll(*mirror).ok());
  EXPECT_TRUE(Has(*mirror, b));
}

TEST_P(AnyMirrorTest, BrokenRefsAreLeftOut) {
  const ObjectId a = history_.Commit({.files = {{"a", "1"}}});
  history_.SetRef("refs/heads/main", a);
  history_.SetRef("refs/heads/hidden", a);
  history_.Git({"pack-refs", "--all"});
  history_.WriteRefFile("refs/heads/hidden", "no id\n");
  history_.WriteRefFile("refs/heads/empty", "");
  history_.WriteRefFile("refs/heads/dangling", "ref: refs/heads/nowhere\n");
  history_.WriteRefFile("refs/heads/circle", "ref: refs/heads/circle\n");
  history_.WriteRefFile("refs/heads/link", "ref: refs/heads/main\n");
  history_.WriteRefFile("refs/heads/new.lock", a.Hex() + "\n");
  const std::unique_ptr<Mirror> mirror = OpenMirror(SourceName());
  EXPECT_EQ(mirror->Advertise().value().refs,
            (std::vector<AdvertisedRef>{{"refs/heads/link", a}, {"refs/heads/main", a}}));
  EXPECT_TRUE(FetchAll(*mirror).ok());
}

TEST_P(AnyMirrorTest, ShallowSource) {
  const ObjectId a = history_.Commit({.files = {{"a", "1"}}});
  const ObjectId b = history_.Commit({.parents = {a}, .files = {{"a", "2"}}});
  const ObjectId c = history_.Commit({.parents = {b}, .files = {{"a", "3"}}});
  history_.SetRef("refs/heads/main", c);
  history_.DeleteObject(a);
  history_.MarkShallow({b});
  const std::unique_ptr<Mirror> mirror = OpenMirror(SourceName());
  ASSERT_TRUE(FetchAll(*mirror).ok());
  EXPECT_TRUE(Has(*mirror, b));
  EXPECT_EQ(mirror->ShallowBoundary().value(), std::vector<ObjectId>{b});
}

TEST_P(AnyMirrorTest, SourceThatVanishesIsAnErrorNotEmpty) {
  history_.SetRef("refs/heads/main", history_.Commit({.files = {{"a", "1"}}}));
  const std::unique_ptr<Mirror> mirror = OpenMirror(SourceName());
  ASSERT_TRUE(FetchAll(*mirror).ok());
  fs::rename(Path(), root_ + "/away");
  EXPECT_EQ(mirror->Advertise().status().code(), absl::StatusCode::kNotFound);
  fs::create_directories(Path());
  EXPECT_EQ(mirror->Advertise().status().code(), absl::StatusCode::kNotFound);
}

TEST_P(AnyMirrorTest, MadeAnewAfterItIsDeleted) {
  const ObjectId a = history_.Commit({.files = {{"a", "1"}}});
  history_.SetRef("refs/heads/main", a);
  ASSERT_TRUE(FetchAll(*OpenMirror(SourceName())).ok());
  fs::remove_all(root_ + "/mirror");
  const std::unique_ptr<Mirror> again = OpenMirror(SourceName());
  ASSERT_TRUE(FetchAll(*again).ok());
  EXPECT_TRUE(Has(*again, a));
}

TEST_F(MirrorTest, LocalObjectsAreLinkedNotCopied) {
  const ObjectId a = history_.Commit({.files = {{"a", "1"}}});
  history_.SetRef("refs/heads/main", a);
  const std::unique_ptr<Mirror> mirror = OpenMirror(Path());
  ASSERT_TRUE(FetchAll(*mirror).ok());
  const std::string file = "/objects/" + a.Hex().substr(0, 2) + "/" + a.Hex().substr(2);
  EXPECT_TRUE(fs::equivalent(Path() + file, mirror->git_directory() + file));
  history_.Git({"gc", "-q"});
  ASSERT_TRUE(FetchAll(*mirror).ok());
  EXPECT_FALSE(fs::exists(mirror->git_directory() + file)) << "what is packed now is not kept twice";
  EXPECT_TRUE(Has(*mirror, a));
}

TEST_F(MirrorTest, BorrowsWhereLinksCannotBeMade) {
  const ObjectId a = history_.Commit({.files = {{"a", "1"}}});
  history_.SetRef("refs/heads/main", a);
  // A file system other than that of the tests' directory.
  struct stat here = {};
  struct stat there = {};
  std::string elsewhere = "/dev/shm/setpoint_git_XXXXXX";
  if (mkdtemp(elsewhere.data()) == nullptr) GTEST_SKIP() << "no second file system";
  ASSERT_EQ(stat(Path().c_str(), &here), 0);
  ASSERT_EQ(stat(elsewhere.c_str(), &there), 0);
  if (here.st_dev != there.st_dev) {
    const std::unique_ptr<Mirror> mirror = Mirror::Open(elsewhere + "/mirror", Path()).value();
    ASSERT_TRUE(FetchAll(*mirror).ok());
    EXPECT_TRUE(Has(*mirror, a));
    const ObjectId b = history_.Commit({.parents = {a}, .files = {{"a", "2"}}});
    history_.SetRef("refs/heads/main", b);
    ASSERT_TRUE(FetchAll(*mirror).ok());
    EXPECT_TRUE(Has(*mirror, b));
  }
  fs::remove_all(elsewhere);
}

TEST_F(MirrorTest, WorkTreesLinkedWorkTreesAndAlternates) {
  test::RunGit(root_, {"init", "-q", "-b", "main", "work"});
  test::RunGit(root_ + "/work", {"commit", "-q", "--allow-empty", "-m", "x"});
  test::RunGit(root_ + "/work", {"worktree", "add", "-q", "-b", "side", "../linked"});
  test::RunGit(root_, {"clone", "-q", "--shared", "work", "borrower"});
  const std::unique_ptr<Mirror> work = OpenMirror(root_ + "/work", "work.mirror");
  const ObjectId commit = work->Advertise().value().refs.at(0).target;
  EXPECT_EQ(work->Advertise().value().default_branch, "refs/heads/main");
  EXPECT_EQ(OpenMirror(root_ + "/linked", "linked.mirror")->Advertise().value().default_branch, "refs/heads/side");
  const std::unique_ptr<Mirror> borrower = OpenMirror(root_ + "/borrower", "borrower.mirror");
  ASSERT_TRUE(FetchAll(*borrower).ok());
  EXPECT_TRUE(Has(*borrower, commit));
}

TEST_F(MirrorTest, PartialSourceLacksWhatItLacks) {
  const ObjectId a = history_.Commit({.files = {{"a", "1"}, {"b", "2"}}});
  history_.SetRef("refs/heads/main", a);
  history_.DeleteObject(history_.Files(a).at("b").id);
  std::ofstream(Path() + "/config", std::ios::app)
      << "[remote \"origin\"]\n\turl = file:///nowhere\n\tpromisor = true\n\tpartialclonefilter = blob:none\n"
      << "[extensions]\n\tpartialClone = origin\n";
  const std::unique_ptr<Mirror> mirror = OpenMirror(Path());
  ASSERT_TRUE(FetchAll(*mirror).ok());
  EXPECT_TRUE(Has(*mirror, history_.Files(a).at("a").id));
  EXPECT_FALSE(Has(*mirror, history_.Files(a).at("b").id));
}

TEST_F(MirrorTest, Bundles) {
  const ObjectId a = history_.Commit({.files = {{"a", "1"}}});
  const ObjectId tag = history_.Tag("v1", a);
  history_.SetRef("refs/heads/main", a);
  history_.Git({"bundle", "create", "-q", root_ + "/all.bundle", "--all", "HEAD"});
  const std::unique_ptr<Mirror> mirror = OpenMirror(root_ + "/all.bundle");
  EXPECT_EQ(mirror->Advertise().value(),
            (Advertisement{"refs/heads/main", {{"refs/heads/main", a}, {"refs/tags/v1", tag}}}));
  ASSERT_TRUE(FetchAll(*mirror).ok());
  EXPECT_TRUE(Has(*mirror, tag));
  EXPECT_TRUE(Has(*mirror, history_.Files(a).at("a").id));
}

TEST_F(MirrorTest, BundleWithoutHead) {
  const ObjectId a = history_.Commit({.files = {{"a", "1"}}});
  history_.SetRef("refs/heads/trunk", a);
  history_.Git({"bundle", "create", "-q", root_ + "/one.bundle", "refs/heads/trunk"});
  EXPECT_EQ(OpenMirror(root_ + "/one.bundle", "one")->Advertise().value().default_branch, "refs/heads/trunk");
  history_.SetRef("refs/heads/other", a);
  history_.Git({"bundle", "create", "-q", root_ + "/two.bundle", "--all"});
  EXPECT_EQ(OpenMirror(root_ + "/two.bundle", "two")->Advertise().value().default_branch, "");
}

TEST_F(MirrorTest, ManySmallFetchesAreConsolidated) {
  const std::unique_ptr<Mirror> mirror = OpenMirror(Url());
  std::vector<ObjectId> commits;
  for (int i = 0; i < 40; ++i) {
    commits.push_back(history_.Commit({.files = {{"a", std::to_string(i)}}}));
    history_.SetRef("refs/heads/main", commits.back());
    ASSERT_TRUE(FetchAll(*mirror).ok());
  }
  size_t packs = 0;
  for (const auto& entry : fs::directory_iterator(mirror->git_directory() + "/objects/pack")) {
    packs += entry.path().extension() == ".pack" ? 1 : 0;
  }
  EXPECT_LT(packs, 33U);
  for (const ObjectId& commit : commits) EXPECT_TRUE(Has(*mirror, commit));
}

TEST_F(MirrorTest, WhatAKilledFetchLeftIsClearedAway) {
  history_.SetRef("refs/heads/main", history_.Commit({.files = {{"a", "1"}}}));
  ASSERT_TRUE(FetchAll(*OpenMirror(Url())).ok());
  for (const char* left : {"/packed-refs.lock", "/shallow.lock", "/objects/pack/tmp_pack_x"}) {
    std::ofstream(root_ + "/mirror" + left) << "half";
  }
  history_.SetRef("refs/heads/main", history_.Commit({.files = {{"a", "2"}}}));
  const std::unique_ptr<Mirror> mirror = OpenMirror(Url());
  EXPECT_TRUE(FetchAll(*mirror).ok());
  EXPECT_FALSE(fs::exists(root_ + "/mirror/objects/pack/tmp_pack_x"));
}

TEST_F(MirrorTest, RefThatMovesWhileItIsFetched) {
  const ObjectId a = history_.Commit({.files = {{"a", "1"}}});
  history_.SetRef("refs/heads/main", a);
  const std::unique_ptr<Mirror> mirror = OpenMirror(Url());
  const Advertisement before = mirror->Advertise().value();
  history_.SetRef("refs/heads/main", history_.Commit({.files = {{"a", "2"}}}));
  history_.DeleteObject(a);
  EXPECT_EQ(mirror->Fetch(before.refs).code(), absl::StatusCode::kAborted);
  history_.DeleteRef("refs/heads/main");
  EXPECT_EQ(mirror->Fetch(before.refs).code(), absl::StatusCode::kAborted);
  EXPECT_TRUE(FetchAll(*mirror).ok());
}

TEST_F(MirrorTest, WorkerIsKilledAtItsDeadline) {
  setenv("GIT_SSH_COMMAND", "sleep 1000; true", 1);
  const std::unique_ptr<Mirror> mirror =
      Mirror::Open(root_ + "/mirror", "ssh://user:secret@host/a", {.deadline = absl::Milliseconds(200)}).value();
  const absl::Status status = mirror->Advertise().status();
  unsetenv("GIT_SSH_COMMAND");
  EXPECT_EQ(status.code(), absl::StatusCode::kDeadlineExceeded) << status;
  EXPECT_EQ(std::string(status.message()).find("secret"), std::string::npos) << status;
}

TEST_F(MirrorTest, ErrorsShowNoCredentials) {
  const std::unique_ptr<Mirror> mirror = OpenMirror("http://user:secret@127.0.0.1:1/a.git");
  const absl::Status status = mirror->Advertise().status();
  EXPECT_FALSE(status.ok());
  EXPECT_EQ(std::string(status.message()).find("secret"), std::string::npos) << status;
  EXPECT_NE(std::string(status.message()).find("127.0.0.1"), std::string::npos) << status;
}

TEST_F(MirrorTest, WhatIsRefused) {
  EXPECT_EQ(OpenStatus("ext::sh -c touch% /tmp/x").code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(OpenStatus("--upload-pack=x").code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(OpenStatus(root_ + "/nowhere").code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(OpenStatus(root_).code(), absl::StatusCode::kNotFound);
  std::ofstream(root_ + "/text") << "hello\n";
  EXPECT_EQ(OpenStatus(root_ + "/text").code(), absl::StatusCode::kInvalidArgument);
  test::RunGit(root_, {"init", "-q", "-b", "main", "--object-format=sha256", "sha256"});
  test::RunGit(root_ + "/sha256", {"commit", "-q", "--allow-empty", "-m", "x"});
  EXPECT_EQ(OpenStatus(root_ + "/sha256").code(), absl::StatusCode::kFailedPrecondition);
  test::RunGit(root_ + "/sha256", {"bundle", "create", "-q", root_ + "/sha256.bundle", "HEAD"});
  EXPECT_EQ(OpenStatus(root_ + "/sha256.bundle").code(), absl::StatusCode::kFailedPrecondition);
  const std::unique_ptr<Mirror> url = OpenMirror("file://" + root_ + "/sha256");
  EXPECT_EQ(url->Advertise().status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_FALSE(fs::exists(root_ + "/refused")) << "nothing is made for a source that is refused";
}

}  // namespace
}  // namespace setpoint::storage
