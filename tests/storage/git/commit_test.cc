#include "storage/git/commit.h"

#include <gtest/gtest.h>

#include <string>

namespace setpoint::storage {
namespace {

const std::string kTree = "tree 1111111111111111111111111111111111111111\n";
const std::string kParents =
    "parent 2222222222222222222222222222222222222222\nparent 3333333333333333333333333333333333333333\n";

// A commit of this author line and this message, UTF-8 unless `headers` say otherwise.
Commit Parse(const std::string& author, const std::string& message = "m\n", const std::string& headers = "") {
  const absl::StatusOr<Commit> commit =
      ParseCommit(kTree + "author " + author + "\ncommitter C <c@x> 7 -0130\n" + headers + "\n" + message);
  EXPECT_TRUE(commit.ok()) << commit.status();
  return commit.ok() ? *commit : Commit();
}

TEST(CommitTest, ReadsEveryPart) {
  const absl::StatusOr<Commit> commit =
      ParseCommit(kTree + kParents +
                  "author Ada <ada@x> 1700000000 +0530\ncommitter Carl <carl@x> 1700000060 -0800\n\nTitle\n\nWhy\n");
  ASSERT_TRUE(commit.ok());
  EXPECT_EQ(commit->tree.Hex(), std::string(40, '1'));
  ASSERT_EQ(commit->parents.size(), 2U);
  EXPECT_EQ(commit->parents[1].Hex(), std::string(40, '3'));
  EXPECT_EQ(commit->author, (Signature{"Ada", "ada@x", 1700000000, 330}));
  EXPECT_EQ(commit->committer, (Signature{"Carl", "carl@x", 1700000060, -480}));
  EXPECT_EQ(commit->message, "Title\n\nWhy\n");
  EXPECT_FALSE(commit->has_signature);
}

TEST(CommitTest, OddSignatures) {
  EXPECT_EQ(Parse(" <> 5 +0000").author, (Signature{"", "", 5, 0}));
  EXPECT_EQ(Parse("<a@x> 5 +0000").author, (Signature{"", "a@x", 5, 0}));
  EXPECT_EQ(Parse("Ada 5 +0000").author, (Signature{"Ada 5 +0000", "", 0, 0}));
  EXPECT_EQ(Parse("Ada <a@x 5 +0000").author, (Signature{"Ada", "", 0, 0}));
  EXPECT_EQ(Parse("A <a <b@x> c> 5 +0100").author, (Signature{"A", "a <b@x", 5, 60}));
  EXPECT_EQ(Parse("A <a@x> -5 +0000").author.seconds, -5);
  EXPECT_EQ(Parse("A <a@x> 99999999999999999999999 +0000").author, (Signature{"A", "a@x", 0, 0}));
  EXPECT_EQ(Parse("A <a@x>").author, (Signature{"A", "a@x", 0, 0}));
  EXPECT_EQ(Parse("A <a@x> 5 +051800").author, (Signature{"A", "a@x", 5, 0}));
  EXPECT_EQ(Parse("A <a@x> 5 east").author, (Signature{"A", "a@x", 5, 0}));
}

TEST(CommitTest, NoAuthorNoCommitterNoMessage) {
  const absl::StatusOr<Commit> commit = ParseCommit(kTree);
  ASSERT_TRUE(commit.ok());
  EXPECT_EQ(commit->author, Signature());
  EXPECT_EQ(commit->message, "");
}

TEST(CommitTest, Encodings) {
  EXPECT_EQ(Parse("Ren\xe9 <r@x> 5 +0000", "caf\xe9\n", "encoding ISO-8859-1\n").author.name, "Ren\u00e9");
  EXPECT_EQ(Parse("R <r@x> 5 +0000", "caf\xe9\n", "encoding latin1\n").message, "caf\u00e9\n");
  EXPECT_EQ(Parse("R <r@x> 5 +0000", "\x93\xfa\x96\x7b", "encoding SHIFT-JIS\n").message, "\u65e5\u672c");
  EXPECT_EQ(Parse("R <r@x> 5 +0000", "a\x93", "encoding SHIFT-JIS\n").message, "a\uFFFD");
  EXPECT_EQ(Parse("R <r@x> 5 +0000", "caf\xe9!", "encoding no-such-thing\n").message, "caf\uFFFD!");
  EXPECT_EQ(Parse("R <r@x> 5 +0000", "caf\xe9!", "encoding UTF-16//IGNORE\n").message, "caf\uFFFD!");
  EXPECT_EQ(Parse("R <r@x> 5 +0000", "\xed\xa0\x80\xc0\xaf\xf5").message, "\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD");
  EXPECT_EQ(Parse("R <r@x> 5 +0000", "\xf0\x9f\x98\x80").message, "\xf0\x9f\x98\x80");
}

TEST(CommitTest, HeadersOfManyLines) {
  const std::string signature = "gpgsig -----BEGIN PGP SIGNATURE-----\n \n tree 4\n parent x\n -----END-----\n";
  const Commit commit = Parse("A <a@x> 5 +0000", "message\n", signature + "HG:extra y\n");
  EXPECT_TRUE(commit.has_signature);
  EXPECT_EQ(commit.tree.Hex(), std::string(40, '1'));
  EXPECT_TRUE(commit.parents.empty());
  EXPECT_EQ(commit.message, "message\n");
  EXPECT_TRUE(Parse("A <a@x> 5 +0000", "m", "gpgsig-sha256 x\n y\n").has_signature);
  const Commit merge = Parse("A <a@x> 5 +0000", "m", "mergetag object 5\n type commit\n gpgsig z\n \n text\n");
  EXPECT_FALSE(merge.has_signature);
  EXPECT_EQ(merge.message, "m");
}

TEST(CommitTest, LinksAreThoseOfTheCommit) {
  const absl::StatusOr<CommitLinks> links =
      ParseCommitLinks(kTree + kParents + "author A <a@x> 5 +0000\ncommitter C <c@x> 1700000060 -0800\n\nx");
  ASSERT_TRUE(links.ok());
  EXPECT_EQ(links->tree.Hex(), std::string(40, '1'));
  EXPECT_EQ(links->parents.size(), 2U);
  EXPECT_EQ(links->committed, 1700000060);
}

TEST(CommitTest, NoCommitAtAll) {
  EXPECT_EQ(ParseCommit("").status().code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(ParseCommit("tree 12\n\n").status().code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(ParseCommitLinks("author A <a@x> 5 +0000\n\nx").status().code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(ParseCommitLinks(kTree + "parent zz\n\nx").status().code(), absl::StatusCode::kDataLoss);
}

TEST(TagTest, ReadsTagsOldAndNew) {
  const std::string old = "object " + std::string(40, '1') + "\ntype tree\ntag v0\n\nold\n";
  const absl::StatusOr<Tag> tag = ParseTag(old);
  ASSERT_TRUE(tag.ok());
  EXPECT_EQ(tag->target.Hex(), std::string(40, '1'));
  EXPECT_EQ(tag->target_type, "tree");
  EXPECT_EQ(tag->name, "v0");
  EXPECT_EQ(tag->tagger, Signature());
  EXPECT_EQ(tag->message, "old\n");
  const absl::StatusOr<Tag> newer =
      ParseTag("object " + std::string(40, '2') + "\ntype commit\ntag v1\ntagger T <t@x> 9 +0000\n\nnew\n");
  ASSERT_TRUE(newer.ok());
  EXPECT_EQ(newer->tagger, (Signature{"T", "t@x", 9, 0}));
  EXPECT_EQ(ParseTag("type commit\n\n").status().code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(ParseTag("object " + std::string(40, '1') + "\n\n").status().code(), absl::StatusCode::kDataLoss);
}

}  // namespace
}  // namespace setpoint::storage
