// A byte changed anywhere in a fact or in a row derived from it must not pass `verify`.
#include <gtest/gtest.h>

#include <random>

#include "storage/engine/write_batch.h"
#include "tests/support/git_history.h"
#include "tests/support/store_under_test.h"
#include "tests/support/temporary_directory.h"
#include "tests/support/test_seed.h"

namespace setpoint::test {
namespace {

using storage::Family;

class FlippedBytesTest : public testing::Test {
 protected:
  FlippedBytesTest()
      : random_(SeedsToRun(1, 1).first),
        history_(directory_.path() + "/source.git"),
        store_(directory_.path() + "/store", FilledSource()) {
    store_.Ingest();
  }

  std::string FilledSource() {
    const auto a = history_.Commit({.files = {{"a.yaml", "v: 1\n"}, {"run.sh", "#!/bin/sh\n"}}});
    const auto b = history_.Commit({.parents = {a}, .files = {{"a.yaml", "v: [\n"}}});
    const auto c = history_.Commit({.parents = {a}, .files = {{"b.yaml", "v: 1\n"}}, .removed = {"run.sh"}});
    const auto d = history_.Commit({.parents = {b, c}, .files = {{"a.yaml", "v: 2\n"}}});
    history_.SetRef("refs/heads/main", d);
    history_.Tag("v1", c);
    return history_.directory();
  }

  Rows RowsOf(Family family) {
    Rows rows;
    const auto scan = store_.database().store->Scan(family, "");
    for (; scan->Valid(); scan->Next()) rows.emplace_back(scan->Key(), scan->Value());
    return rows;
  }

  void Put(Family family, const std::string& key, const std::string& value) {
    storage::WriteBatch batch;
    batch.Put(family, key, value);
    const absl::Status status = store_.database().store->Write(batch);
    ASSERT_TRUE(status.ok()) << status;
  }

  bool VerifyComplains() {
    const auto report = storage::Verify(store_.database());
    return !report.ok() || !report->problems.empty();
  }

  // Changes single bytes of single values of a family, one in `stride`, and puts each back.
  void FlipIn(Family family, size_t stride) {
    size_t place = random_() % stride;
    for (const auto& [key, value] : RowsOf(family)) {
      for (; place < value.size(); place += stride) {
        std::string damaged = value;
        damaged[place] = static_cast<char>(damaged[place] ^ (1 << (random_() % 8)));
        Put(family, key, damaged);
        EXPECT_TRUE(VerifyComplains()) << storage::InfoOf(family).name << " byte " << place << " of " << value.size()
                                       << ", key " << testing::PrintToString(key);
        Put(family, key, value);
        if (HasFailure()) return;
      }
      place -= value.size();
    }
  }

  const TemporaryDirectory directory_;
  std::mt19937_64 random_;
  GitHistory history_;
  StoreUnderTest store_;
};

TEST_F(FlippedBytesTest, TheStoreIsSoundAtFirst) { EXPECT_FALSE(VerifyComplains()); }

TEST_F(FlippedBytesTest, EveryByteOfALogRecordCounts) { FlipIn(Family::kLog, IsLongRun() ? 1 : 37); }

TEST_F(FlippedBytesTest, EveryByteOfAnotherFactCounts) {
  for (const Family family : {Family::kObjects, Family::kContent, Family::kTexts}) FlipIn(family, IsLongRun() ? 1 : 29);
}

TEST_F(FlippedBytesTest, EveryByteOfAProjectionCounts) {
  for (const storage::FamilyInfo& info : storage::kFamilies) {
    if (info.family_class == storage::FamilyClass::kProjection) FlipIn(info.family, IsLongRun() ? 1 : 23);
  }
}

TEST_F(FlippedBytesTest, AMissingRowOfAnyFamilyCounts) {
  for (const storage::FamilyInfo& info : storage::kFamilies) {
    if (info.family_class == storage::FamilyClass::kLocal) continue;
    const Rows rows = RowsOf(info.family);
    if (rows.empty()) continue;
    const auto& [key, value] = rows[random_() % rows.size()];
    storage::WriteBatch batch;
    batch.Delete(info.family, key);
    ASSERT_TRUE(store_.database().store->Write(batch).ok());
    EXPECT_TRUE(VerifyComplains()) << info.name << ", key " << testing::PrintToString(key);
    Put(info.family, key, value);
  }
}

}  // namespace
}  // namespace setpoint::test
