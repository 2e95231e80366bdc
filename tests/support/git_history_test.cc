#include "tests/support/git_history.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "absl/strings/str_cat.h"

namespace setpoint::test {
namespace {

using storage::FileMode;
using storage::ObjectId;

class GitHistoryTest : public testing::Test {
 protected:
  GitHistoryTest() : root_(MakeDirectory()), history_(root_ + "/source.git") {}
  ~GitHistoryTest() override { std::filesystem::remove_all(root_); }

  static std::string MakeDirectory() {
    std::string path = testing::TempDir() + "/git_history_XXXXXX";
    return mkdtemp(path.data());
  }

  std::string root_;
  GitHistory history_;
};

TEST_F(GitHistoryTest, GitAcceptsWhatIsBuilt) {
  const ObjectId a = history_.Commit({.files = {{"a.yaml", "a: 1"}, {"dir/b.yaml", "b: 1"}, {"dir-x", "x"}}});
  const ObjectId b = history_.Commit({.parents = {a}, .files = {{"a.yaml", "a: 2"}}, .removed = {"dir"}});
  const ObjectId c = history_.Commit({.parents = {a},
                                      .files = {{"run.sh", HistoryFile::Executable("#!/bin/sh\n")},
                                                {"link", HistoryFile::Symlink("a.yaml")},
                                                {"module", HistoryFile::Submodule(a)}}});
  const ObjectId merge = history_.Commit({.parents = {b, c, a}, .files = {{"run.sh", "x"}}});
  history_.SetRef("refs/heads/main", merge);
  history_.SetRef("refs/heads/caf\xe9/one", c);
  history_.Tag("v1", b);
  history_.Git({"fsck", "--strict"});
  EXPECT_EQ(history_.Git({"rev-list", "--count", "--all"}), "4\n");
  EXPECT_EQ(history_.Git({"ls-tree", "-r", "--name-only", b.Hex()}), "a.yaml\ndir-x\n");
  EXPECT_EQ(history_.Git({"rev-parse", "v1^{commit}"}), b.Hex() + "\n");
}

TEST_F(GitHistoryTest, FilesIsWhatGitLists) {
  const ObjectId a = history_.Commit({.files = {{"a", "1"}, {"b/c", "2"}, {"b-c", "3"}, {"b.c", "4"}, {"b0", "5"}}});
  const ObjectId b = history_.Commit({.parents = {a}, .files = {{"a/x", "1"}, {"b", "folder no more"}}});
  for (const ObjectId& commit : {a, b}) {
    std::string expected;
    for (const auto& [path, entry] : history_.Files(commit))
      absl::StrAppend(&expected, entry.id.Hex(), " ", path, "\n");
    EXPECT_EQ(history_.Git({"ls-tree", "-r", "--format=%(objectname) %(path)", commit.Hex()}), expected);
  }
  EXPECT_EQ(history_.Files(b).count("a"), 0U);
  EXPECT_EQ(history_.Files(b).at("b").mode, FileMode::kRegular);
}

TEST_F(GitHistoryTest, SameCallsSameIds) {
  GitHistory other(root_ + "/other.git");
  const HistoryCommit commit = {.files = {{"a", "1"}}};
  EXPECT_EQ(history_.Commit(commit), other.Commit(commit));
  EXPECT_NE(history_.Commit(commit), ObjectId());
}

TEST_F(GitHistoryTest, OddCommits) {
  const ObjectId backwards = history_.Commit({.files = {{"a", "1"}}, .author = " <>", .time = -5, .zone = "+0530"});
  EXPECT_NE(history_.ReadObject(backwards).find("author  <> -5 +0530\n"), std::string::npos);
  const ObjectId old_mode =
      history_.Commit({.files = {{"a", HistoryFile::Object(history_.WriteObject("blob", "x"), 0100664)}},
                       .message = "caf\xe9\n",
                       .headers = "encoding ISO-8859-1\n"});
  EXPECT_NE(history_.ReadObject(old_mode).find("\nencoding ISO-8859-1\n\ncaf\xe9\n"), std::string::npos);
  EXPECT_NE(history_.ReadObject(history_.TreeOf(old_mode)).find("100664 a"), std::string::npos);
}

TEST_F(GitHistoryTest, RefsComeAndGo) {
  const ObjectId a = history_.Commit({.files = {{"a", "1"}}});
  history_.SetRef("refs/heads/x/y", a);
  history_.DeleteRef("refs/heads/x/y");
  history_.SetRef("refs/heads/x", a);
  EXPECT_EQ(history_.Git({"for-each-ref", "--format=%(refname)"}), "refs/heads/x\n");
  history_.Git({"pack-refs", "--all"});
  history_.DeleteRef("refs/heads/x");
  EXPECT_EQ(history_.Git({"for-each-ref"}), "");
}

TEST_F(GitHistoryTest, MissingAndShallow) {
  const ObjectId a = history_.Commit({.files = {{"a", "1"}}});
  const ObjectId b = history_.Commit({.parents = {a}, .files = {{"a", "2"}}});
  history_.SetRef("refs/heads/main", b);
  history_.DeleteObject(a);
  history_.MarkShallow({b});
  EXPECT_EQ(history_.Git({"rev-list", "--all"}), b.Hex() + "\n");
}

}  // namespace
}  // namespace setpoint::test
