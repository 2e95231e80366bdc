// What a source lacks at first and has later: blobs, and the ancestors of a shallow boundary.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "storage/projections/state.h"
#include "storage/projections/versions.h"
#include "tests/support/git_history.h"
#include "tests/support/store_under_test.h"
#include "tests/support/temporary_directory.h"

namespace setpoint::test {
namespace {

using storage::Cause;
using storage::Entry;
using storage::ObjectId;
using storage::Operation;
using testing::ElementsAre;
using testing::IsEmpty;

class LateObjectsTest : public testing::Test {
 protected:
  std::string Directory(const std::string& name) const { return temporary_.path() + "/" + name; }

  static std::vector<Cause> CausesOf(const std::vector<Entry>& entries) {
    std::vector<Cause> causes;
    for (const Entry& entry : entries) causes.push_back(entry.cause);
    return causes;
  }

  // The keys alive at the newest entry of the default branch, stale ones marked.
  static std::vector<std::string> Alive(StoreUnderTest& store) {
    const storage::Database& database = store.database();
    const storage::RepositoryId repository = database.catalog.names.FindRepository("repo");
    const storage::Timeline main = *database.catalog.timelines.FindDefault(repository);
    const auto state = storage::ReadState(*database.store, database.catalog.timelines, {main.id, main.last});
    EXPECT_TRUE(state.ok()) << state.status();
    std::vector<std::string> keys;
    for (const storage::StateItem& item : *state) {
      keys.push_back(std::string(database.catalog.names.ResourceKey(item.resource)) + (item.stale ? " stale" : ""));
    }
    std::sort(keys.begin(), keys.end());
    return keys;
  }

  const TemporaryDirectory temporary_;
};

constexpr char kFirst[] = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {x: '1'}\n";
constexpr char kSecond[] = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {x: '2'}\n";

TEST_F(LateObjectsTest, AMissingBlobHoldsAndHealsWhenItComes) {
  GitHistory history(Directory("source"));
  const ObjectId first = history.Commit({.files = {{"a.yaml", kFirst}}});
  const ObjectId second = history.Commit({.parents = {first}, .files = {{"a.yaml", kSecond}}});
  history.SetRef("refs/heads/main", second);
  history.DeleteObject(history.Files(second).at("a.yaml").id);
  StoreUnderTest store(Directory("store"), history.directory());
  store.Ingest();
  EXPECT_THAT(Alive(store), ElementsAre("a.yaml#ConfigMap/a stale"));
  EXPECT_EQ(store.Entries().back().changes.front().operation, Operation::kDecodeFailed);

  history.WriteObject("blob", kSecond);
  store.Ingest();
  EXPECT_THAT(Alive(store), ElementsAre("a.yaml#ConfigMap/a"));
  const std::vector<Entry> entries = store.Entries();
  EXPECT_THAT(CausesOf(entries), ElementsAre(Cause::kRefCreated, Cause::kCommit, Cause::kCommit, Cause::kHealed));
  EXPECT_EQ(entries.back().commit, second);
  EXPECT_EQ(entries.back().changes.front().operation, Operation::kUpdated);
  EXPECT_THAT(store.Verify().problems, IsEmpty());

  store.Ingest();
  EXPECT_EQ(store.Entries().size(), entries.size()) << "what is healed stays healed";
}

TEST_F(LateObjectsTest, ABlobThatWasNeverThereIsAFileWithItsError) {
  GitHistory history(Directory("source"));
  const ObjectId only = history.Commit({.files = {{"a.yaml", kFirst}, {"run.sh", "#!/bin/sh\n"}}});
  history.SetRef("refs/heads/main", only);
  history.DeleteObject(history.Files(only).at("a.yaml").id);
  StoreUnderTest store(Directory("store"), history.directory());
  store.Ingest();
  EXPECT_THAT(Alive(store), ElementsAre("a.yaml#File", "run.sh#File"));
  history.WriteObject("blob", kFirst);
  store.Ingest();
  EXPECT_THAT(Alive(store), ElementsAre("a.yaml#ConfigMap/a", "run.sh#File"));
  EXPECT_THAT(store.Verify().problems, IsEmpty());
}

TEST_F(LateObjectsTest, AMissingTreeStopsItsRefUntilItComes) {
  GitHistory history(Directory("source"));
  const ObjectId first = history.Commit({.files = {{"d/a.yaml", kFirst}}});
  const ObjectId second = history.Commit({.parents = {first}, .files = {{"d/a.yaml", kSecond}}});
  history.SetRef("refs/heads/main", second);
  const ObjectId tree = history.TreeOf(second);
  const std::string bytes = history.ReadObject(tree);
  history.DeleteObject(tree);
  StoreUnderTest store(Directory("store"), history.directory());
  const storage::IngestReport report = store.Ingest();
  EXPECT_EQ(report.warnings.size(), 1U);
  EXPECT_THAT(CausesOf(store.Entries()), ElementsAre(Cause::kRefCreated, Cause::kCommit));

  history.WriteObject("tree", bytes);
  EXPECT_THAT(store.Ingest().warnings, IsEmpty());
  EXPECT_EQ(store.Entries().back().commit, second);
  EXPECT_THAT(store.Verify().problems, IsEmpty());
}

TEST_F(LateObjectsTest, AShallowSourceBeginsAtItsBoundaryAndItsAncestorsComeLater) {
  GitHistory history(Directory("source"));
  const ObjectId first = history.Commit({.files = {{"a.yaml", kFirst}}});
  const ObjectId second = history.Commit({.parents = {first}, .files = {{"b.yaml", kFirst}}});
  const ObjectId third = history.Commit({.parents = {second}, .files = {{"a.yaml", kSecond}}});
  history.SetRef("refs/heads/main", third);
  history.MarkShallow({second});
  StoreUnderTest store(Directory("store"), history.directory());
  EXPECT_THAT(store.Ingest().warnings, IsEmpty());
  EXPECT_THAT(CausesOf(store.Entries()), ElementsAre(Cause::kRefCreated, Cause::kCommit, Cause::kCommit));

  std::filesystem::remove(std::filesystem::path(history.directory()) / "shallow");
  store.Ingest();
  const std::vector<Entry> entries = store.Entries();
  ASSERT_EQ(entries.size(), 4U);
  EXPECT_EQ(entries.back().commit, first);
  EXPECT_TRUE(entries.back().birth.has_value() && entries.back().birth->ref.empty());
  EXPECT_THAT(store.Verify().problems, IsEmpty());
  store.Ingest();
  EXPECT_EQ(store.Entries().size(), 4U);
}

}  // namespace
}  // namespace setpoint::test
