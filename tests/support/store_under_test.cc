#include "tests/support/store_under_test.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "storage/base/check.h"
#include "storage/base/hex.h"
#include "storage/log/log_reader.h"
#include "storage/projections/versions.h"

namespace setpoint::test {
namespace {

using storage::Database;
using storage::Entry;
using storage::FamilyClass;
using storage::Revision;

// A test has no use for half a store: says why and ends the program.
void Require(const absl::Status& status) { SETPOINT_CHECK(status.ok(), status.ToString()); }

template <typename T>
T Require(absl::StatusOr<T> value) {
  Require(value.status());
  return *std::move(value);
}

}  // namespace

storage::RepositorySettings StoreUnderTest::OwnEverything(const std::string& source) {
  storage::RepositorySettings settings;
  settings.name = "repo";
  settings.source = source;
  settings.owned_patterns = {"refs/heads/*", "refs/tags/*"};
  return settings;
}

StoreUnderTest::StoreUnderTest(const std::string& directory, const std::string& source)
    : StoreUnderTest(directory, OwnEverything(source)) {}

StoreUnderTest::StoreUnderTest(const std::string& directory, storage::RepositorySettings settings)
    : directory_(directory), settings_(std::move(settings)) {
  Reopen();
}

void StoreUnderTest::Reopen() {
  ingester_.reset();
  database_.reset();
  storage::StoreOptions options;
  options.mode = storage::OpenMode::kCreateIfMissing;
  options.block_cache_bytes = size_t{8} << 20;
  database_ = Require(Database::Open(directory_, options));
}

storage::IngestOptions StoreUnderTest::options_with_clock() const {
  storage::IngestOptions options;
  options.clock = &clock_;
  options.decoder = decoder_;
  return options;
}

void StoreUnderTest::DecodeWith(const storage::Decoder& decoder) {
  decoder_ = decoder;
  Reopen();
}

storage::RedecodeReport StoreUnderTest::Redecode() {
  ingester_.reset();
  return Require(storage::Redecode(*database_, {.clock = &clock_, .decoder = decoder_, .progress = {}}));
}

storage::IngestReport StoreUnderTest::Ingest(const storage::IngestOptions& options) {
  // The options of an ingester are those it was opened with, so other ones need another ingester.
  if (ingester_ == nullptr) ingester_ = Require(storage::Ingester::Open(*database_, settings_, options));
  return Require(ingester_->Run());
}

std::vector<Entry> StoreUnderTest::Entries() {
  std::vector<Entry> entries;
  storage::LogScan scan(*database_->store, Revision(1), database_->catalog.applied());
  while (scan.Next()) entries.push_back(scan.entry());
  Require(scan.status());
  return entries;
}

std::vector<ReferenceEntry> StoreUnderTest::ReferenceEntries() {
  const storage::Catalog& catalog = database_->catalog;
  std::vector<ReferenceEntry> all;
  uint64_t number = 0;
  for (const Entry& entry : Entries()) {
    const Revision revision(++number);
    ReferenceEntry& out = all.emplace_back();
    out.timeline = entry.timeline.value;
    if (!entry.timeline.IsNone()) out.label = catalog.timelines.Find(entry.timeline)->Label();
    out.cause = entry.cause;
    out.commit = entry.commit;
    out.commit_before = entry.commit_before;
    out.is_first = entry.birth.has_value();
    if (out.is_first) {
      out.base = entry.birth->base;
      out.predecessor = entry.birth->predecessor;
    }
    out.pointers = entry.pointers;
    for (storage::PointerMove& pointer : out.pointers) pointer.tag_objects.clear();
    out.batch_end = entry.batch_end;
    for (const storage::Change& change : entry.changes) {
      ReferenceChange& into = out.changes.emplace_back();
      into.key = change.key;
      into.moved_from = change.moved_from;
      into.operation = change.operation;
      into.format = change.format;
      into.content_hash = change.content_hash;
      into.stale = change.stale;
      into.path = entry.files.at(change.file).path;
      const auto version =
          Require(storage::FindVersion(*database_->store, catalog.timelines, catalog.names.FindResource(change.key),
                                       storage::Position{entry.timeline, revision}));
      EXPECT_TRUE(version.has_value()) << "r" << number << " has no version of " << change.key;
      if (!version.has_value()) continue;
      EXPECT_EQ(version->position.revision.value, number) << change.key;
      if (change.operation != storage::Operation::kDeleted) into.origin = version->origin;
    }
  }
  return all;
}

RowDump StoreUnderTest::Dump(FamilyClass family_class) {
  RowDump dump;
  for (const storage::FamilyInfo& info : storage::kFamilies) {
    if (info.family_class != family_class) continue;
    Rows& rows = dump[std::string(info.name)];
    const auto scan = database_->store->Scan(info.family, "");
    for (; scan->Valid(); scan->Next()) rows.emplace_back(scan->Key(), scan->Value());
    Require(scan->Status());
  }
  return dump;
}

RowDump StoreUnderTest::Projections() { return Dump(FamilyClass::kProjection); }

RowDump StoreUnderTest::Facts() {
  RowDump dump = Dump(FamilyClass::kFact);
  Rows& log = dump[std::string(storage::InfoOf(storage::Family::kLog).name)];
  if (!log.empty()) log.erase(log.begin());
  for (auto& [key, value] : log) value.erase(0, storage::Digest::kSize);
  return dump;
}

void StoreUnderTest::Rebuild() { Require(storage::Rebuild(*database_->store)); }

storage::VerifyReport StoreUnderTest::Verify() {
  return Require(storage::Verify(*database_, {.progress = {}, .decoder = decoder_}));
}

std::string DifferenceOf(const RowDump& expected, const RowDump& actual) {
  std::string text;
  for (const auto& [family, rows] : expected) {
    const auto found = actual.find(family);
    if (found == actual.end()) return absl::StrCat("no family ", family);
    if (rows == found->second) continue;
    const auto [left, right] = std::mismatch(rows.begin(), rows.end(), found->second.begin(), found->second.end());
    const auto show = [](const auto& row, const Rows& of) {
      return row == of.end() ? "(end)" : storage::HexEncode(row->first) + " = " + storage::HexEncode(row->second);
    };
    absl::StrAppend(&text, family, ": ", rows.size(), " rows, then ", found->second.size(), "; first difference\n  ",
                    show(left, rows), "\n  ", show(right, found->second), "\n");
  }
  return text;
}

void ExpectSound(StoreUnderTest& store) {
  EXPECT_THAT(store.Verify().problems, testing::IsEmpty());
  const RowDump projections = store.Projections();
  store.Rebuild();
  EXPECT_EQ(DifferenceOf(projections, store.Projections()), "");
  store.Reopen();
  EXPECT_THAT(store.Verify().problems, testing::IsEmpty());
}

}  // namespace setpoint::test
