#include "storage/ingest/ingester.h"

#include <algorithm>
#include <atomic>
#include <iterator>
#include <optional>
#include <utility>
#include <variant>

#include "absl/container/flat_hash_set.h"
#include "storage/base/concat.h"
#include "storage/git/object_reader.h"
#include "storage/git/tree_diff.h"
#include "storage/ingest/appender.h"
#include "storage/ingest/change_builder.h"
#include "storage/ingest/commit_graph.h"
#include "storage/ingest/decode_memo.h"
#include "storage/ingest/pipeline.h"
#include "storage/ingest/planner.h"
#include "storage/ingest/redecoder.h"
#include "storage/projections/shallow_settings.h"

namespace setpoint::storage {
namespace {

class RepositoryIngester final : public Ingester {
 public:
  // `observer` may be null: then Run is not called.
  RepositoryIngester(Database& database, RepositorySettings settings, IngestOptions options, std::string git_directory,
                     std::unique_ptr<SourceObserver> observer)
      : database_(database),
        settings_(std::move(settings)),
        options_(std::move(options)),
        git_directory_(std::move(git_directory)),
        observer_(std::move(observer)) {}

  absl::StatusOr<IngestReport> Run() override;
  absl::StatusOr<IngestReport> Ingest(const Observation& observation) override;
  const RepositorySettings& settings() const override { return settings_; }

 private:
  struct RunState;

  bool Report(IngestProgress::Stage stage, const RunState& run) const;
  absl::Status OpenReaders();
  absl::Status FindBoundary(const Observation& observation, RunState& run);
  absl::Status KeepBoundary(const RunState& run);
  absl::Status Read(const Advertisement& advertisement, RunState& run, const Pipeline::Emit& emit);
  absl::Status ReadBlobs(const PlannedEntry& planned, absl::flat_hash_set<BlobKey>& seen, const Pipeline::Emit& emit);
  absl::Status Build(PlannedEntry& planned, ChangeBuilder& builder, DecodeMemo& memo, RunState& run);

  Database& database_;
  const RepositorySettings settings_;
  const IngestOptions options_;
  const std::string git_directory_;
  const std::unique_ptr<SourceObserver> observer_;
  // One for the reader's thread and one for the builder's: neither is shared between threads.
  std::unique_ptr<ObjectReader> reader_objects_;
  std::unique_ptr<ObjectReader> builder_objects_;
  std::unique_ptr<TreeDiffer> differ_;
  std::unique_ptr<DecodeMemo> memo_;
  std::unique_ptr<Appender> appender_;
};

struct RepositoryIngester::RunState {
  IngestReport report;
  std::atomic<uint64_t> planned{0};
  int64_t observed = 0;
  std::vector<ObjectId> boundary;
  std::vector<ObjectId> deepened;  // Ended the history before, and do not now.
};

bool RepositoryIngester::Report(IngestProgress::Stage stage, const RunState& run) const {
  if (!options_.on_progress) return true;
  return options_.on_progress({.stage = stage,
                               .commits_done = run.report.commits,
                               .commits_total = run.planned.load(),
                               .changes = run.report.changes,
                               .revision = database_.catalog.applied()});
}

absl::Status RepositoryIngester::OpenReaders() {
  if (reader_objects_ != nullptr) {
    absl::Status status = reader_objects_->Refresh();
    return status.ok() ? builder_objects_->Refresh() : status;
  }
  for (std::unique_ptr<ObjectReader>* objects : {&reader_objects_, &builder_objects_}) {
    absl::StatusOr<std::unique_ptr<ObjectReader>> opened = ObjectReader::Open(git_directory_);
    if (!opened.ok()) return opened.status();
    *objects = *std::move(opened);
  }
  differ_ = std::make_unique<TreeDiffer>(*reader_objects_);
  memo_ = std::make_unique<DecodeMemo>([this](DecodeTask& task) { return ReadBlob(*builder_objects_, task); },
                                       options_.decoder);
  return absl::OkStatus();
}

absl::StatusOr<IngestReport> RepositoryIngester::Run() {
  RunState run;
  if (!Report(IngestProgress::Stage::kFetch, run)) {
    run.report.stopped = true;
    return run.report;
  }
  const absl::StatusOr<Observation> observation = observer_->Observe();
  if (!observation.ok()) return observation.status();
  return Ingest(*observation);
}

absl::StatusOr<IngestReport> RepositoryIngester::Ingest(const Observation& observation) {
  RunState run;
  absl::Status status = OpenReaders();
  if (!status.ok()) return status;
  if (status = FindBoundary(observation, run); !status.ok()) return status;
  // Another repository's ingester may have written since: the end of the log is read again.
  if (appender_ == nullptr || appender_->last_revision() != database_.catalog.applied()) {
    absl::StatusOr<std::unique_ptr<Appender>> appender = Appender::Open(database_);
    if (!appender.ok()) return appender.status();
    appender_ = *std::move(appender);
  }
  run.observed = std::max(options_.clock->NowSeconds(), appender_->last_observed());
  CommitGraph builder_graph(*builder_objects_, *database_.store,
                            database_.catalog.names.FindRepository(settings_.name));
  builder_graph.SetShallowBoundary(run.boundary);
  Redecoder redecoder({.rows = *database_.store,
                       .catalog = database_.catalog,
                       .decoder = options_.decoder,
                       .objects = builder_objects_.get()});
  ChangeBuilder builder({.catalog = database_.catalog,
                         .projector = appender_->projector(),
                         .memo = *memo_,
                         .graph = builder_graph,
                         .objects = *builder_objects_,
                         .redecoder = redecoder,
                         .repository_name = settings_.name});
  status = Pipeline::Run(
      options_.decoder, [&](const Pipeline::Emit& emit) { return Read(observation.advertisement, run, emit); },
      [&](Pipeline::Item item) {
        if (auto* const task = std::get_if<std::shared_ptr<DecodeTask>>(&item)) {
          memo_->Add(*task);
          return absl::OkStatus();
        }
        auto& planned = std::get<PlannedEntry>(item);
        const bool from_texts = planned.entry.cause == Cause::kRedecoded;
        return Build(planned, builder, from_texts ? redecoder.memo() : *memo_, run);
      });
  Report(IngestProgress::Stage::kFinish, run);
  // What was appended whole is kept, whatever stopped the run.
  const absl::Status flushed = appender_->Flush();
  memo_->Trim();
  if (absl::IsResourceExhausted(status) && flushed.ok()) {
    // A commit of more changes than an entry may have: what came before it is in, the rest waits.
    run.report.warnings.push_back(Concat("degraded: ", status.message()));
    status = absl::OkStatus();
    run.report.stopped = true;
  }
  if (!status.ok() || !flushed.ok()) {
    appender_.reset();
    return status.ok() ? flushed : status;
  }
  if (run.report.stopped) {
    appender_.reset();
  } else if (status = KeepBoundary(run); !status.ok()) {
    return status;
  }
  run.report.last = database_.catalog.applied();
  return std::move(run.report);
}

absl::Status RepositoryIngester::FindBoundary(const Observation& observation, RunState& run) {
  absl::StatusOr<std::vector<ObjectId>> before = ReadShallowBoundary(*database_.store, settings_.name);
  if (!before.ok()) return before.status();
  run.boundary = observation.shallow_boundary;
  std::set_difference(before->begin(), before->end(), run.boundary.begin(), run.boundary.end(),
                      std::back_inserter(run.deepened));
  return absl::OkStatus();
}

absl::Status RepositoryIngester::KeepBoundary(const RunState& run) {
  absl::StatusOr<std::vector<ObjectId>> before = ReadShallowBoundary(*database_.store, settings_.name);
  if (!before.ok()) return before.status();
  if (*before == run.boundary) return absl::OkStatus();
  WriteBatch batch;
  PutShallowBoundary(settings_.name, run.boundary, batch);
  return database_.store->Write(batch);
}

// The reader's thread.
absl::Status RepositoryIngester::Read(const Advertisement& advertisement, RunState& run, const Pipeline::Emit& emit) {
  CommitGraph graph(*reader_objects_, *database_.store, database_.catalog.names.FindRepository(settings_.name));
  graph.SetShallowBoundary(run.boundary);
  absl::StatusOr<FollowedRefs> refs = PickRefs(advertisement, settings_, graph);
  if (!refs.ok()) return refs.status();
  absl::flat_hash_set<BlobKey> seen;
  Planner planner({.settings = settings_,
                   .rows = *database_.store,
                   .catalog = database_.catalog,
                   .graph = graph,
                   .differ = *differ_,
                   .objects = *reader_objects_,
                   .deepened = run.deepened,
                   .observed = run.observed,
                   .decoder_version = options_.decoder.version},
                  [&](PlannedEntry planned) {
                    absl::Status status = ReadBlobs(planned, seen, emit);
                    return status.ok() ? emit(std::move(planned)) : status;
                  });
  planner.on_planned = [&run](uint64_t commits) { run.planned += commits; };
  absl::Status status = planner.Run(*refs);
  run.report.warnings = planner.warnings();
  return status;
}

// The blobs of an entry that no earlier one of the run asked for, ahead of it.
absl::Status RepositoryIngester::ReadBlobs(const PlannedEntry& planned, absl::flat_hash_set<BlobKey>& seen,
                                           const Pipeline::Emit& emit) {
  const auto read = [&](const std::string& path, FileMode mode, const ObjectId& blob) -> absl::Status {
    if (mode == FileMode::kAbsent) return absl::OkStatus();
    const BlobKey key = memo_->KeyOf(path, mode, blob);
    if (!seen.insert(key).second) return absl::OkStatus();
    auto task = std::make_shared<DecodeTask>();
    task->key = key;
    if (absl::Status status = ReadBlob(*reader_objects_, *task); !status.ok()) return status;
    DecodeLarge(*task, options_.decoder);
    return emit(std::move(task));
  };
  for (const PathDelta& delta : planned.deltas) {
    absl::Status status = read(delta.path, delta.old_mode, delta.old_blob);
    if (status.ok()) status = read(delta.path, delta.new_mode, delta.new_blob);
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

// The builder's thread: the caller's of Run.
absl::Status RepositoryIngester::Build(PlannedEntry& planned, ChangeBuilder& builder, DecodeMemo& memo, RunState& run) {
  if (run.report.entries == 0) {
    appender_->SetMode(run.planned.load() >= options_.bulk_commits_min ? AppendMode::kBulk : AppendMode::kLive);
  }
  absl::StatusOr<BuiltEntry> built = builder.Build(planned);
  if (!built.ok()) return built.status();
  std::vector<PathDelta>().swap(planned.deltas);  // Of a large commit they are large, too.
  if (absl::Status status = appender_->Append(*built, planned, memo); !status.ok()) return status;
  ++run.report.entries;
  if (built->entry.cause == Cause::kCommit) ++run.report.commits;
  run.report.changes += built->entry.changes.size();
  const bool goes_on = Report(IngestProgress::Stage::kIngest, run) &&
                       (options_.stop_after_entries == 0 || run.report.entries < options_.stop_after_entries);
  if (goes_on) return absl::OkStatus();
  run.report.stopped = true;
  return absl::CancelledError("stopped");
}

// The settings become durable, so that `serve` and a later run know the repository.
absl::Status Register(Database& database, const RepositorySettings& settings) {
  if (absl::Status status = ValidateRepositoryName(settings.name); !status.ok()) return status;
  absl::StatusOr<std::optional<RepositorySettings>> known = ReadRepositorySettings(*database.store, settings.name);
  if (!known.ok()) return known.status();
  if (known->has_value() && (*known)->source != settings.source) {
    return absl::AlreadyExistsError(Concat("repository `", settings.name, "` follows ", (*known)->source,
                                           "; give this source another name with --name"));
  }
  WriteBatch batch;
  PutRepositorySettings(settings, batch);
  return database.store->Write(batch);
}

}  // namespace

absl::StatusOr<std::unique_ptr<Ingester>> Ingester::Open(Database& database, const RepositorySettings& settings,
                                                         const IngestOptions& options) {
  absl::StatusOr<std::unique_ptr<SourceObserver>> observer =
      SourceObserver::Open(database.directory, settings, options.mirror);
  if (!observer.ok()) return observer.status();
  if (absl::Status status = Register(database, settings); !status.ok()) return status;
  const std::string git_directory = (*observer)->git_directory();
  return std::make_unique<RepositoryIngester>(database, settings, options, git_directory, *std::move(observer));
}

absl::StatusOr<std::unique_ptr<Ingester>> Ingester::OpenForObservations(Database& database,
                                                                        const RepositorySettings& settings,
                                                                        const IngestOptions& options) {
  if (absl::Status status = Register(database, settings); !status.ok()) return status;
  return std::make_unique<RepositoryIngester>(database, settings, options,
                                              MirrorPath(database.directory, settings.name), nullptr);
}

}  // namespace setpoint::storage
