// The reader of packs against libgit2: the same objects, whatever the pack looks like.
#include "storage/git/packed_reader.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "storage/git/libgit2.h"
#include "storage/git/pack_set.h"
#include "tests/storage/git/git_fixture.h"

namespace setpoint::storage {
namespace {

namespace fs = std::filesystem;

std::vector<ObjectId> ListObjects(const std::string& git_directory) {
  const std::string lines =
      test::RunGit(git_directory, {"cat-file", "--batch-all-objects", "--unordered", "--batch-check=%(objectname)"});
  std::vector<ObjectId> ids;
  for (size_t at = 0; at + 40 < lines.size(); at += 41) ids.push_back(*ObjectId::FromHex(lines.substr(at, 40)));
  return ids;
}

// What libgit2 itself reads.
class Reference {
 public:
  explicit Reference(const std::string& git_directory) {
    libgit2::Initialize();
    git_odb* odb = nullptr;
    EXPECT_EQ(git_odb_open(&odb, (git_directory + "/objects").c_str()), 0);
    odb_.reset(odb);
  }

  RawObject Read(const ObjectId& id) {
    const git_oid oid = libgit2::ToOid(id);
    git_odb_object* object = nullptr;
    EXPECT_EQ(git_odb_read(&object, odb_.get(), &oid), 0);
    const libgit2::OdbObject owner(object);
    const std::map<git_object_t, ObjectType> types = {{GIT_OBJECT_COMMIT, ObjectType::kCommit},
                                                      {GIT_OBJECT_TREE, ObjectType::kTree},
                                                      {GIT_OBJECT_BLOB, ObjectType::kBlob},
                                                      {GIT_OBJECT_TAG, ObjectType::kTag}};
    return {types.at(git_odb_object_type(object)),
            {static_cast<const char*>(git_odb_object_data(object)), git_odb_object_size(object)}};
  }

 private:
  libgit2::Odb odb_;
};

class PackedReaderTest : public GitFixture {
 protected:
  // A history of files that change a little each time, so that Git packs them as long chains of deltas.
  void MakeHistory(std::mt19937_64& random, int commits, size_t lines) {
    std::vector<std::string> file(lines);
    for (std::string& line : file) line = std::to_string(random()) + "\n";
    ObjectId tip;
    for (int i = 0; i < commits; ++i) {
      file[random() % file.size()] = std::to_string(random()) + "\n";
      std::string text;
      for (const std::string& line : file) text += line;
      std::vector<ObjectId> parents;
      if (i > 0) parents = {tip};
      tip = history_.Commit({.parents = parents, .files = {{"d/" + std::to_string(random() % 9), text}, {"f", text}}});
    }
    history_.SetRef("refs/heads/main", tip);
    history_.Tag("v1", tip);
  }

  void Repack(const std::vector<std::string>& settings = {}) {
    std::vector<std::string> arguments = settings;
    arguments.insert(arguments.end(), {"repack", "-q", "-a", "-d", "-f", "--depth=60", "--window=20"});
    history_.Git(arguments);
  }

  // Every object, both ways of asking, and that it was our reader that answered.
  static void ExpectSame(const std::string& git_directory, size_t cache_bytes) {
    Reference reference(git_directory);
    PackSet packs(cache_bytes);
    packs.Load({git_directory + "/objects"});
    for (const ObjectId& id : ListObjects(git_directory)) {
      const RawObject expected = reference.Read(id);
      const std::optional<ObjectReader::Header> header = packs.ReadHeader(id).value();
      ASSERT_TRUE(header.has_value()) << id.Hex();
      ASSERT_EQ(header->type, expected.type);
      ASSERT_EQ(header->size, expected.bytes.size());
      const std::optional<ObjectView> view = packs.View(id).value();
      ASSERT_TRUE(view.has_value()) << id.Hex();
      ASSERT_EQ(view->type, expected.type);
      ASSERT_EQ(view->bytes, expected.bytes) << id.Hex();
    }
  }

  std::string PackPath(const std::string& extension) const {
    for (const auto& entry : fs::directory_iterator(history_.directory() + "/objects/pack")) {
      if (entry.path().extension() == extension) return entry.path().string();
    }
    return {};
  }
};

TEST_F(PackedReaderTest, LongChainsAnyCache) {
  const uint64_t seed = Seed();
  SCOPED_TRACE(seed);
  std::mt19937_64 random(seed);
  MakeHistory(random, 80, 100);
  for (const char* setting : {"repack.useDeltaBaseOffset=true", "repack.useDeltaBaseOffset=false"}) {
    Repack({"-c", setting});
    for (const size_t cache_bytes : {0U, 3'000U, 40'000U, 1U << 22}) {
      SCOPED_TRACE(cache_bytes);
      ExpectSame(history_.directory(), cache_bytes);
    }
  }
}

TEST_F(PackedReaderTest, IndexesAsTheyWereBefore2007) {
  std::mt19937_64 random(5);
  MakeHistory(random, 20, 30);
  Repack({"-c", "pack.indexVersion=1"});
  ExpectSame(history_.directory(), 1 << 20);
}

TEST_F(PackedReaderTest, SeveralPacksAndAMultiPackIndex) {
  std::mt19937_64 random(1);
  MakeHistory(random, 20, 30);
  Repack();
  MakeHistory(random, 20, 40);
  history_.Git({"repack", "-q", "-d"});
  ExpectSame(history_.directory(), 1 << 20);
  history_.Git({"multi-pack-index", "write"});
  ExpectSame(history_.directory(), 1 << 20);
}

TEST_F(PackedReaderTest, ObjectsTooLargeForTheCache) {
  std::mt19937_64 random(2);
  MakeHistory(random, 30, 20'000);
  Repack();
  ExpectSame(history_.directory(), 1 << 18);
}

TEST_F(PackedReaderTest, GoesOnWhenPacksAreReplaced) {
  std::mt19937_64 random(3);
  MakeHistory(random, 20, 30);
  Repack();
  const std::vector<ObjectId> before = ListObjects(history_.directory());
  const std::unique_ptr<ObjectReader> reader = OpenPackedReader(history_.directory() + "/objects", {}).value();
  MakeHistory(random, 20, 40);
  Repack();
  for (const ObjectId& id : before) EXPECT_TRUE(reader->View(id).value().has_value()) << "the old pack is mapped still";
  ASSERT_TRUE(reader->Refresh().ok());
  for (const ObjectId& id : ListObjects(history_.directory())) EXPECT_TRUE(reader->View(id).value().has_value());
}

TEST_F(PackedReaderTest, ThreadsWithReadersOfTheirOwn) {
  std::mt19937_64 random(4);
  MakeHistory(random, 60, 60);
  Repack();
  const std::vector<ObjectId> ids = ListObjects(history_.directory());
  std::atomic<size_t> wrong = 0;
  const auto read_all = [&](uint64_t seed) {
    std::mt19937_64 order(seed);
    const std::unique_ptr<ObjectReader> reader =
        OpenPackedReader(history_.directory() + "/objects", {.verify_ids = true, .cache_bytes = 30'000}).value();
    for (int i = 0; i < 2'000; ++i) {
      const absl::StatusOr<std::optional<ObjectView>> view = reader->View(ids[order() % ids.size()]);
      if (!view.ok() || !view->has_value()) ++wrong;
    }
  };
  std::thread first(read_all, 1);
  std::thread second(read_all, 2);
  first.join();
  second.join();
  EXPECT_EQ(wrong, 0U);
}

TEST_F(PackedReaderTest, DamageIsAnError) {
  const ObjectId commit = history_.Commit({.files = {{"a", std::string(200, 'x')}}});
  history_.SetRef("refs/heads/main", commit);
  Repack();
  const std::string pack = PackPath(".pack");
  fs::permissions(pack, fs::perms::owner_write, fs::perm_options::add);
  std::fstream file(pack, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(12);
  file << std::string(static_cast<size_t>(fs::file_size(pack)) - 32, '\x33');
  file.close();
  const std::unique_ptr<ObjectReader> reader = OpenPackedReader(history_.directory() + "/objects", {}).value();
  EXPECT_EQ(reader->View(commit).status().code(), absl::StatusCode::kDataLoss);
}

TEST_F(PackedReaderTest, AbsentIsNotMissingBesideAPackThatCannotBeRead) {
  std::mt19937_64 random(6);
  MakeHistory(random, 3, 3);
  Repack();
  const std::vector<ObjectId> ids = ListObjects(history_.directory());
  const ObjectId loose = history_.WriteObject("blob", "loose");
  fs::resize_file(PackPath(".idx"), 100);
  const std::unique_ptr<ObjectReader> reader = OpenPackedReader(history_.directory() + "/objects", {}).value();
  EXPECT_EQ(reader->View(ids[0]).status().code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(reader->ReadHeader(ids[0]).status().code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(reader->Read(loose).value()->bytes, "loose");
}

TEST_F(PackedReaderTest, FlippedBitsNeverCrashAndAreFoundOnRequest) {
  const uint64_t seed = Seed();
  SCOPED_TRACE(seed);
  std::mt19937_64 random(seed);
  MakeHistory(random, 15, 12);
  Repack();
  const std::vector<ObjectId> ids = ListObjects(history_.directory());
  std::vector<std::string> expected;
  Reference reference(history_.directory());
  for (const ObjectId& id : ids) expected.push_back(reference.Read(id).bytes);
  for (int round = 0; round < 60; ++round) {
    const std::string path = PackPath(round % 3 == 0 ? ".idx" : ".pack");
    fs::permissions(path, fs::perms::owner_write, fs::perm_options::add);
    std::ifstream in(path, std::ios::binary);
    const std::string sound{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    std::string damaged = sound;
    for (int flips = 0; flips < 4; ++flips) damaged[random() % damaged.size()] ^= static_cast<char>(1 << random() % 8);
    std::ofstream(path, std::ios::binary | std::ios::trunc) << damaged;
    const std::unique_ptr<ObjectReader> reader =
        OpenPackedReader(history_.directory() + "/objects", {.verify_ids = true, .cache_bytes = 10'000}).value();
    for (size_t i = 0; i < ids.size(); ++i) {
      reader->ReadHeader(ids[i]).IgnoreError();
      const absl::StatusOr<std::optional<ObjectView>> view = reader->View(ids[i]);
      if (view.ok() && view->has_value()) {
        ASSERT_EQ((*view)->bytes, expected[i]) << "round " << round;
      }
    }
    std::ofstream(path, std::ios::binary | std::ios::trunc) << sound;
  }
}

// SETPOINT_REPOSITORY names a packed repository of the world, such as the mirror of data/home-ops.bundle.
TEST_F(PackedReaderTest, EveryObjectOfARealRepository) {
  const char* repository = std::getenv("SETPOINT_REPOSITORY");
  if (repository == nullptr) GTEST_SKIP() << "SETPOINT_REPOSITORY is not set";
  ExpectSame(repository, 1 << 25);
}

}  // namespace
}  // namespace setpoint::storage
