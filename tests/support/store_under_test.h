// One store that follows one repository, as tests drive it: ingest, interrupt, reopen, dump, rebuild, verify. Whatever
// fails, fails the running test. One thread.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "storage/base/clock.h"
#include "storage/ingest/ingester.h"
#include "storage/ingest/rebuild.h"
#include "storage/ingest/redecode.h"
#include "storage/ingest/verify.h"
#include "storage/log/entry.h"
#include "storage/projections/database.h"
#include "tests/support/reference_planner.h"

namespace setpoint::test {

// Stands still until it is set.
class FixedClock : public storage::Clock {
 public:
  int64_t NowSeconds() const override { return now_; }
  void Set(int64_t seconds) { now_ = seconds; }

 private:
  int64_t now_ = 1'800'000'000;
};

// All rows of some families, family by family, in key order.
using Rows = std::vector<std::pair<std::string, std::string>>;
using RowDump = std::map<std::string, Rows>;

class StoreUnderTest {
 public:
  // A store in `directory` (made where it is not there) that follows `source` under the name "repo", with every branch
  // and tag owned.
  StoreUnderTest(const std::string& directory, const std::string& source);
  StoreUnderTest(const std::string& directory, storage::RepositorySettings settings);

  static storage::RepositorySettings OwnEverything(const std::string& source);

  // Observes once. The same ingester is used again until Reopen or NewIngester.
  storage::IngestReport Ingest(const storage::IngestOptions& options);
  storage::IngestReport Ingest() { return Ingest(options_with_clock()); }
  storage::IngestOptions options_with_clock() const;
  void NewIngester() { ingester_.reset(); }
  // Another version of the decoders from now on, as if another program opened the store.
  void DecodeWith(const storage::Decoder& decoder);
  storage::RedecodeReport Redecode();
  void Reopen();

  storage::Database& database() { return *database_; }
  FixedClock& clock() { return clock_; }

  std::vector<storage::Entry> Entries();
  // The entries as the reference model has them, with the origins that the store gave.
  std::vector<ReferenceEntry> ReferenceEntries();
  RowDump Projections();
  // The facts; of the log without genesis and hashes, which differ from store to store.
  RowDump Facts();
  void Rebuild();
  storage::VerifyReport Verify();

 private:
  RowDump Dump(storage::FamilyClass family_class);

  std::string directory_;
  storage::RepositorySettings settings_;
  FixedClock clock_;
  storage::Decoder decoder_;
  std::unique_ptr<storage::Database> database_;
  std::unique_ptr<storage::Ingester> ingester_;
};

// The families of two dumps that differ, one line each with the first row that does; empty: equal.
std::string DifferenceOf(const RowDump& expected, const RowDump& actual);

// Verify finds nothing, which derives every entry from Git again, by another memo and an empty store; all projections
// derived again are the same; and they are so after another start.
void ExpectSound(StoreUnderTest& store);

}  // namespace setpoint::test
