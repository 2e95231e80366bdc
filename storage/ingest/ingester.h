// Brings one repository's new commits into the store: advertisement → fetch → plan → tree differences → decode →
// changes → entries → one atomic write each (live) or many at once (a backfill). Keeps its mirror and its caches
// between runs, so that a push to a followed repository costs milliseconds. One ingester for each repository; Run and
// Ingest of any two ingesters of one database must not overlap (there is one writer). Run observes and ingests in one
// thread; whoever must not wait for a source observes elsewhere (source_observer.h) and calls Ingest.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "storage/base/clock.h"
#include "storage/formats/decoder.h"
#include "storage/git/mirror.h"
#include "storage/ingest/source_observer.h"
#include "storage/projections/database.h"
#include "storage/projections/repository_settings.h"

namespace setpoint::storage {

struct IngestProgress {
  enum class Stage { kFetch, kPlan, kIngest, kFinish };
  Stage stage = Stage::kFetch;
  uint64_t commits_done = 0;
  uint64_t commits_total = 0;  // 0: not known yet.
  uint64_t changes = 0;
  Revision revision;  // The newest durable one.
};

struct IngestOptions {
  MirrorOptions mirror;
  const Clock* clock = &SystemClock();
  Decoder decoder = {};  // The present one, but in tests.
  // Called often, from the thread of Run; false stops the run cleanly after the entry at hand.
  std::function<bool(const IngestProgress&)> on_progress;
  // From so many new commits on the entries are loaded in bulk instead of one synced write each.
  size_t bulk_commits_min = 256;
  // Test hooks for interruptions: stop after so many entries of this run; 0 = never.
  uint64_t stop_after_entries = 0;
};

struct IngestReport {
  uint64_t entries = 0;
  uint64_t commits = 0;
  uint64_t changes = 0;
  Revision last;                      // The newest revision of the store afterwards.
  bool stopped = false;               // on_progress or stop_after_entries ended it early.
  std::vector<std::string> warnings;  // One line each: a ref that stands before a missing object, a tag of no commit.
};

class Ingester {
 public:
  virtual ~Ingester() = default;

  // Registers the repository (its settings become durable) where it is new, and opens its mirror.
  static absl::StatusOr<std::unique_ptr<Ingester>> Open(Database& database, const RepositorySettings& settings,
                                                        const IngestOptions& options = {});

  // Likewise without opening a source: for Ingest alone. Registers the repository.
  static absl::StatusOr<std::unique_ptr<Ingester>> OpenForObservations(Database& database,
                                                                       const RepositorySettings& settings,
                                                                       const IngestOptions& options);

  // Ingests what an observer of this repository saw, whose mirror stays as it is until this returns. Where it was
  // stopped, the same observation again goes on.
  virtual absl::StatusOr<IngestReport> Ingest(const Observation& observation) = 0;

  // Opened by Open. Observes the source once and ingests all that is new. Nothing new: no entry.
  virtual absl::StatusOr<IngestReport> Run() = 0;

  virtual const RepositorySettings& settings() const = 0;
};

}  // namespace setpoint::storage
