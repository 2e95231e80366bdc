#include "storage/git/object_reader.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "tests/storage/git/git_fixture.h"

namespace setpoint::storage {
namespace {

class ObjectReaderTest : public GitFixture {
 protected:
  // The bytes, or "missing", or the code of the error.
  static std::string Bytes(ObjectReader& reader, const ObjectId& id) {
    const absl::StatusOr<std::optional<RawObject>> object = reader.Read(id);
    if (!object.ok()) return absl::StatusCodeToString(object.status().code());
    return object->has_value() ? (*object)->bytes : "missing";
  }

  static absl::Status OpenStatus(const std::string& path) { return ObjectReader::Open(path).status(); }
};

TEST_F(ObjectReaderTest, ReadsEveryTypeLooseAndPacked) {
  const ObjectId blob = history_.WriteObject("blob", "text");
  const ObjectId commit = history_.Commit({.files = {{"a", "text"}}});
  const ObjectId tag = history_.Tag("v1", commit);
  history_.SetRef("refs/heads/main", commit);
  for (const bool packed : {false, true}) {
    SCOPED_TRACE(packed);
    if (packed) history_.Git({"gc", "-q"});
    const std::unique_ptr<ObjectReader> reader = Open({.verify_ids = packed});
    EXPECT_EQ(Bytes(*reader, blob), "text");
    EXPECT_EQ(reader->View(blob).value()->type, ObjectType::kBlob);
    EXPECT_EQ(reader->View(commit).value()->type, ObjectType::kCommit);
    EXPECT_EQ(reader->View(history_.TreeOf(commit)).value()->type, ObjectType::kTree);
    EXPECT_EQ(reader->View(tag).value()->type, ObjectType::kTag);
    EXPECT_EQ(reader->ReadHeader(blob).value()->size, 4U);
    EXPECT_EQ(reader->ReadHeader(tag).value()->type, ObjectType::kTag);
  }
}

TEST_F(ObjectReaderTest, MissingIsNoError) {
  const std::unique_ptr<ObjectReader> reader = Open();
  const ObjectId nowhere = *ObjectId::FromHex(std::string(40, '7'));
  EXPECT_EQ(Bytes(*reader, nowhere), "missing");
  EXPECT_FALSE(reader->ReadHeader(nowhere).value().has_value());
}

TEST_F(ObjectReaderTest, FindsWhatCameLater) {
  const ObjectId first = history_.Commit({.files = {{"a", "1"}}});
  history_.SetRef("refs/heads/main", first);
  history_.Git({"gc", "-q"});
  const std::unique_ptr<ObjectReader> reader = Open();
  EXPECT_EQ(reader->View(first).value()->type, ObjectType::kCommit);
  const ObjectId second = history_.Commit({.parents = {first}, .files = {{"a", "2"}}});
  history_.SetRef("refs/heads/main", second);
  history_.Git({"repack", "-q", "-d"});
  ASSERT_TRUE(reader->Refresh().ok());
  EXPECT_EQ(reader->View(second).value()->type, ObjectType::kCommit);
}

TEST_F(ObjectReaderTest, WrongBytesAreFoundOnRequest) {
  const ObjectId blob = history_.WriteObject("blob", "text");
  const ObjectId other = history_.WriteObject("blob", "TEXT");
  const auto path = [this](const ObjectId& id) {
    return history_.directory() + "/objects/" + id.Hex().substr(0, 2) + "/" + id.Hex().substr(2);
  };
  std::filesystem::remove(path(blob));
  std::filesystem::copy_file(path(other), path(blob));
  EXPECT_EQ(Bytes(*Open(), blob), "TEXT");
  EXPECT_EQ(Bytes(*Open({.verify_ids = true}), blob), "DATA_LOSS");
}

TEST_F(ObjectReaderTest, UnreadableIsAnError) {
  const ObjectId blob = history_.WriteObject("blob", "text");
  const std::string hex = blob.Hex();
  const std::string path = history_.directory() + "/objects/" + hex.substr(0, 2) + "/" + hex.substr(2);
  std::filesystem::remove(path);
  std::ofstream(path) << "no zlib stream";
  EXPECT_EQ(Bytes(*Open(), blob), "DATA_LOSS");
}

TEST_F(ObjectReaderTest, AlternatesAreRead) {
  const ObjectId blob = history_.WriteObject("blob", "text");
  test::GitHistory borrower(root_ + "/borrower.git");
  std::ofstream(borrower.directory() + "/objects/info/alternates") << history_.directory() << "/objects\n";
  const absl::StatusOr<std::unique_ptr<ObjectReader>> reader = ObjectReader::Open(borrower.directory());
  ASSERT_TRUE(reader.ok());
  EXPECT_EQ(Bytes(**reader, blob), "text");
}

TEST_F(ObjectReaderTest, WhatIsNoRepository) {
  EXPECT_EQ(OpenStatus(root_).code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(OpenStatus(root_ + "/nowhere").code(), absl::StatusCode::kNotFound);
  test::RunGit(root_, {"init", "-q", "--object-format=sha256", "sha256"});
  const absl::Status refused = OpenStatus(root_ + "/sha256");
  EXPECT_EQ(refused.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_NE(std::string(refused.message()).find("sha256"), std::string::npos);
}

TEST_F(ObjectReaderTest, WorkTreesAndPartialClonesOpen) {
  test::RunGit(root_, {"init", "-q", "work"});
  test::RunGit(root_ + "/work", {"commit", "-q", "--allow-empty", "-m", "x"});
  test::RunGit(root_ + "/work", {"worktree", "add", "-q", "../linked"});
  test::RunGit(root_ + "/work", {"config", "core.repositoryformatversion", "1"});
  test::RunGit(root_ + "/work", {"config", "extensions.partialClone", "origin"});
  EXPECT_TRUE(OpenStatus(root_ + "/work").ok());
  EXPECT_TRUE(OpenStatus(root_ + "/work/.git").ok());
  EXPECT_TRUE(OpenStatus(root_ + "/linked").ok());
}

}  // namespace
}  // namespace setpoint::storage
