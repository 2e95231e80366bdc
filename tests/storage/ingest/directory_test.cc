// Resources whose scope is their directory: one address in several files, files that break, blocks that wander between
// files, and `moved` blocks (formats.md, The resource key and Moves).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "storage/base/concat.h"
#include "tests/support/git_history.h"
#include "tests/support/store_under_test.h"
#include "tests/support/temporary_directory.h"

namespace setpoint::test {
namespace {

using storage::Concat;
using storage::Entry;
using storage::ObjectId;
using testing::ElementsAre;

std::string Resource(const std::string& name, int value) {
  return Concat("resource \"t\" \"", name, "\" {\n  v = ", value, "\n}\n");
}

std::string Moved(const std::string& from, const std::string& to) {
  return Concat("moved {\n  from = ", from, "\n  to = ", to, "\n}\n");
}

class DirectoryTest : public testing::Test {
 protected:
  using Files = std::map<std::string, HistoryFile>;

  DirectoryTest() : history_(directory_.path() + "/source") {}

  // A commit on the one before, ingested: its changes as "SIGN KEY <PATH" with the key that a thing had before.
  std::vector<std::string> Push(const Files& files, const std::vector<std::string>& removed = {}) {
    HistoryCommit commit;
    if (!tip_.IsZero()) commit.parents = {tip_};
    commit.files = files;
    commit.removed = removed;
    tip_ = history_.Commit(commit);
    history_.SetRef("refs/heads/main", tip_);
    if (!store_) store_ = std::make_unique<StoreUnderTest>(directory_.path() + "/store", history_.directory());
    store_->Ingest();
    return Changes(store_->Entries().back());
  }

  static std::vector<std::string> Changes(const Entry& entry) {
    static const char* const kSigns[] = {"", "+", "=", ">", "-", "!"};
    std::vector<std::string> texts;
    for (const storage::Change& change : entry.changes) {
      std::string text =
          Concat(kSigns[static_cast<size_t>(change.operation)], change.key, " ", entry.files[change.file].path);
      if (!change.moved_from.empty()) text += Concat(" from ", change.moved_from);
      texts.push_back(text);
    }
    return texts;
  }

  const TemporaryDirectory directory_;
  GitHistory history_;
  ObjectId tip_;
  std::unique_ptr<StoreUnderTest> store_;
};

TEST_F(DirectoryTest, ABlockThatChangesItsFileIsUpdated) {
  EXPECT_THAT(Push({{"d/a.tf", Resource("x", 1) + Resource("y", 1)}, {"d/b.tf", Resource("z", 1)}}),
              ElementsAre("+d/#t.x d/a.tf", "+d/#t.y d/a.tf", "+d/#t.z d/b.tf"));
  EXPECT_THAT(Push({{"d/a.tf", Resource("x", 1)}, {"d/b.tf", Resource("z", 1) + Resource("y", 1)}}),
              ElementsAre("=d/#t.y d/b.tf"));
  // A whole file is another file by its name alone.
  EXPECT_THAT(Push({{"d/c.tf", Resource("x", 1)}}, {"d/a.tf"}), ElementsAre("=d/#t.x d/c.tf"));
  // Another directory is another module.
  EXPECT_THAT(Push({{"e/c.tf", Resource("x", 2)}}, {"d/c.tf"}), ElementsAre(">e/#t.x e/c.tf from d/#t.x"));
  ExpectSound(*store_);
}

TEST_F(DirectoryTest, OrdinalsCountByPathThenPlace) {
  EXPECT_THAT(Push({{"d/b.tf", Resource("x", 1) + Resource("x", 2)}}),
              ElementsAre("+d/#t.x d/b.tf", "+d/#t.x~2 d/b.tf"));
  // A file that comes before renumbers what it does not touch.
  EXPECT_THAT(Push({{"d/a.tf", Resource("x", 3)}}),
              ElementsAre("=d/#t.x d/a.tf", "=d/#t.x~2 d/b.tf", "+d/#t.x~3 d/b.tf"));
  EXPECT_THAT(store_->Entries().back().files.size(), 2u);
  EXPECT_THAT(Push({{"d/c.tf", Resource("x", 4)}}), ElementsAre("+d/#t.x~4 d/c.tf"));
  EXPECT_THAT(store_->Entries().back().files.size(), 1u);
  EXPECT_THAT(Push({{"d/z.tf", Resource("y", 1)}}), ElementsAre("+d/#t.y d/z.tf"));
  // And one that goes does again.
  EXPECT_THAT(Push({}, {"d/a.tf"}),
              ElementsAre("=d/#t.x d/b.tf", "=d/#t.x~2 d/b.tf", "=d/#t.x~3 d/c.tf", "-d/#t.x~4 d/c.tf"));
  EXPECT_THAT(Push({{"d/a.tf.json", R"({"resource": {"t": {"x": {"v": 1}}}})"}}),
              ElementsAre("=d/#t.x d/a.tf.json", "=d/#t.x~2 d/b.tf", "=d/#t.x~3 d/b.tf", "+d/#t.x~4 d/c.tf"));
  EXPECT_THAT(Push({}, {"d"}), ElementsAre("-d/#t.x d/a.tf.json", "-d/#t.x~2 d/b.tf", "-d/#t.x~3 d/b.tf",
                                           "-d/#t.x~4 d/c.tf", "-d/#t.y d/z.tf"));
  ExpectSound(*store_);
}

TEST_F(DirectoryTest, ABrokenFileHoldsOnlyItsOwn) {
  Push({{"d/a.tf", Resource("x", 1)}, {"d/b.tf", Resource("x", 2) + Resource("y", 1)}, {"d/c.tf", Resource("z", 1)}});
  EXPECT_THAT(Push({{"d/b.tf", "resource {{"}, {"d/c.tf", Resource("z", 2)}}),
              ElementsAre("!d/#t.x~2 d/b.tf", "!d/#t.y d/b.tf", "=d/#t.z d/c.tf"));
  // What is held is numbered, too: its file stays broken and gets other keys.
  EXPECT_THAT(Push({}, {"d/a.tf"}), ElementsAre("!d/#t.x d/b.tf", "-d/#t.x~2 d/b.tf"));
  EXPECT_THAT(Push({{"d/0.tf", Resource("x", 5) + Resource("x", 6)}}),
              ElementsAre("=d/#t.x d/0.tf", "+d/#t.x~2 d/0.tf", "!d/#t.x~3 d/b.tf"));
  EXPECT_THAT(Push({{"d/b.tf", Resource("y", 1)}}), ElementsAre("=d/#t.y d/b.tf", "-d/#t.x~3 d/b.tf"));
  ExpectSound(*store_);
}

TEST_F(DirectoryTest, MovedBlocksAreBelieved) {
  Push({{"d/a.tf", Resource("x", 1)}, {"d/b.tf", Resource("y", 1)}});
  EXPECT_THAT(Push({{"d/a.tf", Resource("x2", 2)}, {"d/m.tf", Moved("t.x", "t.x2")}}),
              ElementsAre("+d/#moved.t.x d/m.tf", ">d/#t.x2 d/a.tf from d/#t.x"));
  // The block came first, in a file that the renaming leaves alone.
  Push({{"d/n.tf", Moved("t.y", "t.y2[0]")}});
  EXPECT_THAT(Push({{"d/b.tf", Resource("y2", 2)}}), ElementsAre(">d/#t.y2 d/b.tf from d/#t.y"));
  // Without one, a renamed block is gone and another one is there.
  EXPECT_THAT(Push({{"d/b.tf", Resource("y3", 2)}}), ElementsAre("+d/#t.y3 d/b.tf", "-d/#t.y2 d/b.tf"));
  // Two that claim one address, a module's inside, and a block of a broken file say nothing.
  Push({{"e/a.tf", Resource("p", 1) + Resource("q", 1) + Resource("r", 1) + Resource("s", 1)}});
  EXPECT_THAT(
      Push({{"e/a.tf", Resource("w", 1) + Moved("t.p", "t.w") + Moved("t.q", "t.w") + Moved("t.r", "module.m.t.r")}}),
      ElementsAre("+e/#moved.t.p e/a.tf", "+e/#moved.t.q e/a.tf", "+e/#moved.t.r e/a.tf", "+e/#t.w e/a.tf",
                  "-e/#t.p e/a.tf", "-e/#t.q e/a.tf", "-e/#t.r e/a.tf", "-e/#t.s e/a.tf"));
  ExpectSound(*store_);
}

TEST_F(DirectoryTest, MovedBlocksLeadOnToEachOther) {
  Push({{"d/a.tf", Resource("x", 1)}});
  EXPECT_THAT(Push({{"d/a.tf", Resource("z", 2) + Moved("t.y", "t.z")}, {"d/m.tf", Moved("t.x", "t.y")}}),
              ElementsAre("+d/#moved.t.x d/m.tf", "+d/#moved.t.y d/a.tf", ">d/#t.z d/a.tf from d/#t.x"));
  ExpectSound(*store_);
}

TEST_F(DirectoryTest, WhatIsOverriddenKeepsThePlainKey) {
  EXPECT_THAT(Push({{"d/a_override.tf", Resource("x", 2)}, {"d/main.tf", Resource("x", 1)}}),
              ElementsAre("+d/#t.x d/main.tf", "+d/#t.x~2 d/a_override.tf"));
  EXPECT_THAT(Push({{"d/a_override.tf", Resource("x", 3) + Resource("y", 1)}, {"d/override.tf", Resource("x", 4)}}),
              ElementsAre("=d/#t.x~2 d/a_override.tf", "+d/#t.x~3 d/override.tf", "+d/#t.y d/a_override.tf"));
  // With nothing to override it is the one that declares it.
  EXPECT_THAT(Push({{"d/main.tf", Resource("y", 2)}}),
              ElementsAre("=d/#t.x d/a_override.tf", "=d/#t.x~2 d/override.tf", "=d/#t.y d/main.tf",
                          "+d/#t.y~2 d/a_override.tf", "-d/#t.x~3 d/override.tf"));
  ExpectSound(*store_);
}

// As the decoders before Terraform's.
storage::Decoded DecodeAsFiles(const storage::PathClass& path_class, const ObjectId& blob, std::string_view bytes) {
  return storage::Decode({.mode = path_class.mode, .name = storage::NameClass::kOther}, blob, bytes);
}

TEST_F(DirectoryTest, FilesBecomeBlocksOfTheirDirectoryByANewerDecoder) {
  store_ = std::make_unique<StoreUnderTest>(directory_.path() + "/store", history_.directory());
  store_->DecodeWith({.version = 2, .decode = DecodeAsFiles});
  EXPECT_THAT(Push({{"d/a.tf", Resource("x", 1)}, {"d/b.tf", Resource("x", 2)}}),
              ElementsAre("+d/a.tf#File d/a.tf", "+d/b.tf#File d/b.tf"));
  Push({{"d/b.tf", "resource {"}, {"d/c.tf", Resource("x", 3)}});
  store_->DecodeWith({});
  store_->NewIngester();
  Push({{"d/0.tf", Resource("x", 4)}});
  const std::vector<Entry> entries = store_->Entries();
  ASSERT_EQ(entries.size(), 5u);
  // What a broken file holds is what its first parent's text declares now.
  EXPECT_THAT(Changes(entries[3]), ElementsAre("+d/#t.x d/a.tf", "!d/#t.x~2 d/b.tf", "+d/#t.x~3 d/c.tf",
                                               "-d/a.tf#File d/a.tf", "-d/b.tf#File d/b.tf", "-d/c.tf#File d/c.tf"));
  EXPECT_THAT(Changes(entries[4]),
              ElementsAre("=d/#t.x d/0.tf", "=d/#t.x~2 d/a.tf", "!d/#t.x~3 d/b.tf", "+d/#t.x~4 d/c.tf"));
  ExpectSound(*store_);
}

TEST_F(DirectoryTest, FilesOfTheirOwnScopeDoNotMix) {
  EXPECT_THAT(
      Push({{"d/a.tfvars", "v = 1\n"},
            {"d/b.tfvars", "v = 1\n"},
            {"d/terragrunt.hcl", "locals {\n  x = 1\n}\n"},
            {"d/a.tf", "locals {\n  x = 1\n}\n"},
            {"d/terraform.tfstate", "{}"}}),
      ElementsAre("+d/#local.x d/a.tf", "+d/a.tfvars#Variables d/a.tfvars", "+d/b.tfvars#Variables d/b.tfvars",
                  "+d/terraform.tfstate#File d/terraform.tfstate", "+d/terragrunt.hcl#local.x d/terragrunt.hcl"));
  EXPECT_THAT(Push({{"d/c.tfvars", "v = 1\n"}}, {"d/a.tfvars", "d/b.tfvars"}),
              ElementsAre("+d/c.tfvars#Variables d/c.tfvars", "-d/a.tfvars#Variables d/a.tfvars",
                          "-d/b.tfvars#Variables d/b.tfvars"));
  ExpectSound(*store_);
}

}  // namespace
}  // namespace setpoint::test
