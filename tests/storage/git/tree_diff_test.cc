#include "storage/git/tree_diff.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "tests/storage/git/git_fixture.h"

namespace setpoint::storage {
namespace {

using test::HistoryCommit;
using test::HistoryEntry;
using test::HistoryFile;

constexpr size_t kNoLimit = std::numeric_limits<size_t>::max();

class TreeDiffTest : public GitFixture {
 protected:
  std::vector<PathDelta> Diff(const ObjectId& old_tree, const ObjectId& new_tree) {
    const absl::StatusOr<std::vector<PathDelta>> deltas = Differ().Diff(old_tree, new_tree);
    EXPECT_TRUE(deltas.ok()) << deltas.status();
    return deltas.ok() ? *deltas : std::vector<PathDelta>();
  }

  absl::StatusCode Failure(const ObjectId& old_tree, const ObjectId& new_tree) {
    return Differ().Diff(old_tree, new_tree).status().code();
  }

  TreeDiffer& Differ() {
    if (reader_ == nullptr) {
      reader_ = Open();
      // So small that trees are forgotten while a walk still stands in them.
      differ_ = std::make_unique<TreeDiffer>(*reader_, 300);
    }
    return *differ_;
  }

  // The difference as two maps of paths give it.
  std::vector<PathDelta> Expected(const std::map<std::string, HistoryEntry>& before,
                                  const std::map<std::string, HistoryEntry>& after) {
    std::map<std::string, PathDelta> deltas;
    for (const auto& [path, entry] : before) {
      deltas[path].old_mode = entry.mode;
      deltas[path].old_blob = entry.id;
    }
    for (const auto& [path, entry] : after) {
      deltas[path].new_mode = entry.mode;
      deltas[path].new_blob = entry.id;
    }
    std::vector<PathDelta> changed;
    for (auto& [path, delta] : deltas) {
      delta.path = path;
      if (delta.old_mode != delta.new_mode || delta.old_blob != delta.new_blob) changed.push_back(delta);
    }
    return changed;
  }

  // A raw tree of these entries, in this order.
  struct RawEntry {
    std::string mode;
    std::string name;
    ObjectId id;
  };
  ObjectId RawTree(const std::vector<RawEntry>& entries) {
    std::string raw;
    for (const RawEntry& entry : entries) {
      raw += entry.mode + " " + entry.name;
      raw.push_back('\0');
      raw += entry.id.Bytes();
    }
    return history_.WriteObject("tree", raw);
  }

  std::unique_ptr<ObjectReader> reader_;
  std::unique_ptr<TreeDiffer> differ_;
};

TEST_F(TreeDiffTest, NothingAgainstNothing) {
  EXPECT_TRUE(Diff({}, {}).empty());
  const ObjectId empty = RawTree({});
  EXPECT_TRUE(Diff({}, empty).empty());
  EXPECT_TRUE(Diff(empty, {}).empty());
}

TEST_F(TreeDiffTest, AddedChangedRemoved) {
  const ObjectId a = history_.Commit({.files = {{"b", "1"}, {"c", "1"}, {"d/e/f", "1"}}});
  const ObjectId b = history_.Commit({.parents = {a}, .files = {{"a", "2"}, {"d/e/f", "2"}}, .removed = {"c"}});
  const std::vector<PathDelta> deltas = Diff(history_.TreeOf(a), history_.TreeOf(b));
  EXPECT_EQ(deltas, Expected(history_.Files(a), history_.Files(b)));
  ASSERT_EQ(deltas.size(), 3U);
  EXPECT_EQ(deltas[0].path, "a");
  EXPECT_EQ(deltas[0].old_mode, FileMode::kAbsent);
  EXPECT_TRUE(deltas[0].old_blob.IsZero());
  EXPECT_EQ(deltas[2].path, "d/e/f");
}

TEST_F(TreeDiffTest, OrderIsThatOfPathBytes) {
  // Git sorts the folder "a" behind "a.b" and "a-b", the file "a" before them.
  const ObjectId a = history_.Commit({.files = {{"a", "1"}, {"a-b", "1"}, {"a.b", "1"}, {"a0", "1"}}});
  const ObjectId b =
      history_.Commit({.files = {{"a/x", "2"}, {"a-b", "2"}, {"a.b", "2"}, {"a0", "2"}, {"a/x-/y", "2"}}});
  std::vector<std::string> paths;
  for (const PathDelta& delta : Diff(history_.TreeOf(a), history_.TreeOf(b))) paths.push_back(delta.path);
  EXPECT_EQ(paths, (std::vector<std::string>{"a", "a-b", "a.b", "a/x", "a/x-/y", "a0"}));
}

TEST_F(TreeDiffTest, KindsOfEntries) {
  const ObjectId a = history_.Commit({.files = {{"link", "x"}, {"module", "x"}, {"run", "x"}, {"same", "x"}}});
  const ObjectId b = history_.Commit({.parents = {a},
                                      .files = {{"link", HistoryFile::Symlink("x")},
                                                {"module", HistoryFile::Submodule(a)},
                                                {"run", HistoryFile::Executable("x")}}});
  EXPECT_EQ(Diff(history_.TreeOf(a), history_.TreeOf(b)), Expected(history_.Files(a), history_.Files(b)));
  EXPECT_EQ(Diff(history_.TreeOf(b), history_.TreeOf(a)), Expected(history_.Files(b), history_.Files(a)));
}

TEST_F(TreeDiffTest, OldModesAreTheModesTheyStandFor) {
  const ObjectId blob = history_.WriteObject("blob", "x");
  EXPECT_TRUE(Diff(RawTree({{"100664", "a", blob}}), RawTree({{"100644", "a", blob}})).empty());
  const ObjectId folder = RawTree({{"100644", "a", blob}});
  EXPECT_TRUE(Diff(RawTree({{"040000", "d", folder}}), RawTree({{"40000", "d", folder}})).empty());
  EXPECT_EQ(Diff({}, RawTree({{"100664", "a", blob}})).at(0).new_mode, FileMode::kRegular);
}

TEST_F(TreeDiffTest, CountStopsAtItsLimit) {
  const ObjectId tree = history_.TreeOf(history_.Commit({.files = {{"a", "1"}, {"b/c", "1"}, {"b/d", "1"}}}));
  EXPECT_EQ(Differ().Count({}, tree, kNoLimit).value(), 3U);
  EXPECT_EQ(Differ().Count({}, tree, 3).value(), 3U);
  EXPECT_EQ(Differ().Count({}, tree, 2).value(), 2U);
  EXPECT_EQ(Differ().Count({}, tree, 0).value(), 0U);
  EXPECT_EQ(Differ().Count(tree, tree, kNoLimit).value(), 0U);
}

TEST_F(TreeDiffTest, MissingTreeIsNamed) {
  const ObjectId a = history_.Commit({.files = {{"b/c", "1"}}});
  const ObjectId gone = history_.WriteTree({{"c", history_.Files(a).at("b/c")}});
  history_.DeleteObject(gone);
  const absl::Status status = Differ().Diff({}, history_.TreeOf(a)).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_NE(std::string(status.message()).find(gone.Hex()), std::string::npos);
}

TEST_F(TreeDiffTest, MalformedTrees) {
  const ObjectId blob = history_.WriteObject("blob", "x");
  const std::string good = history_.ReadObject(RawTree({{"100644", "a", blob}}));
  for (size_t size = 1; size < good.size(); ++size) {
    EXPECT_EQ(Failure({}, history_.WriteObject("tree", good.substr(0, size))), absl::StatusCode::kDataLoss) << size;
    EXPECT_EQ(Failure(history_.WriteObject("tree", good + good.substr(0, size)), {}), absl::StatusCode::kDataLoss);
  }
  const std::vector<std::vector<RawEntry>> bad = {
      {{"100644", "", blob}},
      {{"100644", "a/b", blob}},
      {{"100844", "a", blob}},
      {{"", "a", blob}},
      {{"100644", "b", blob}, {"100644", "a", blob}},
      {{"100644", "a", blob}, {"100644", "a", blob}},
      {{"40000", "a", RawTree({})}, {"100644", "a-b", blob}},
  };
  for (const std::vector<RawEntry>& entries : bad) {
    EXPECT_EQ(Failure({}, RawTree(entries)), absl::StatusCode::kDataLoss) << entries[0].name;
    EXPECT_EQ(Failure(RawTree({{"100644", "Z", blob}}), RawTree(entries)), absl::StatusCode::kDataLoss);
  }
  EXPECT_EQ(Failure({}, blob), absl::StatusCode::kDataLoss);
  EXPECT_EQ(Failure({}, RawTree({{"40000", "a", blob}})), absl::StatusCode::kDataLoss);
}

TEST_F(TreeDiffTest, TreesThatUnfoldWithoutEnd) {
  ObjectId deep = RawTree({});
  for (int level = 0; level < 3000; ++level) deep = RawTree({{"40000", "d", deep}});
  EXPECT_EQ(Failure({}, deep), absl::StatusCode::kDataLoss);
  ObjectId wide = RawTree({});
  for (int level = 0; level < 40; ++level) {
    std::vector<RawEntry> entries;
    for (char name = 'a'; name <= 'z'; ++name) entries.push_back({"40000", std::string(1, name), wide});
    wide = RawTree(entries);
  }
  EXPECT_EQ(Failure({}, wide), absl::StatusCode::kResourceExhausted);
}

// Names that sort in awkward ways, at most four levels deep.
std::string RandomPath(std::mt19937_64& random) {
  static const std::vector<std::string> kNames = {"a", "a-", "a.b", "a0", "b", "\xff", "ab", "a\x01"};
  std::string path = kNames[random() % kNames.size()];
  for (size_t depth = random() % 4; depth > 0; --depth) path += "/" + kNames[random() % kNames.size()];
  return path;
}

HistoryCommit RandomCommit(std::mt19937_64& random, const std::vector<ObjectId>& commits) {
  HistoryCommit commit;
  if (!commits.empty()) commit.parents = {commits[random() % commits.size()]};
  for (size_t n = random() % 8; n > 0; --n) {
    const auto mode = random() % 4 == 0 ? FileMode::kExecutable : FileMode::kRegular;
    const std::string path = RandomPath(random);
    const bool clashes = std::any_of(commit.files.begin(), commit.files.end(), [&path](const auto& file) {
      return file.first.rfind(path + "/", 0) == 0 || path.rfind(file.first + "/", 0) == 0;
    });
    if (!clashes) commit.files.insert_or_assign(path, HistoryFile(std::to_string(random() % 5), mode));
  }
  if (random() % 3 == 0) commit.removed.push_back(RandomPath(random));
  return commit;
}

TEST_F(TreeDiffTest, RandomTreesDifferAsTheirPathsDo) {
  const uint64_t seed = Seed();
  SCOPED_TRACE(seed);
  std::mt19937_64 random(seed);
  std::vector<ObjectId> commits;
  for (int i = 0; i < 60; ++i) commits.push_back(history_.Commit(RandomCommit(random, commits)));
  for (int i = 0; i < 400; ++i) {
    const ObjectId a = commits[random() % commits.size()];
    const ObjectId b = commits[random() % commits.size()];
    const std::vector<PathDelta> expected = Expected(history_.Files(a), history_.Files(b));
    ASSERT_EQ(Diff(history_.TreeOf(a), history_.TreeOf(b)), expected);
    ASSERT_EQ(Differ().Count(history_.TreeOf(a), history_.TreeOf(b), kNoLimit).value(), expected.size());
  }
}

}  // namespace
}  // namespace setpoint::storage
