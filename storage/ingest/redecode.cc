#include "storage/ingest/redecode.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "storage/base/concat.h"
#include "storage/ingest/appender.h"
#include "storage/ingest/commit_facts.h"
#include "storage/ingest/planned_entry.h"
#include "storage/ingest/redecoder.h"
#include "storage/log/log_reader.h"

namespace setpoint::storage {
namespace {

RedecodedRef Summary(const Database& database, const Timeline& timeline, Revision revision, const Entry& entry) {
  RedecodedRef summary{.repository = std::string(database.catalog.names.RepositoryName(timeline.repository)),
                       .ref = timeline.ref,
                       .revision = revision,
                       .commit = entry.commit};
  for (const Change& change : entry.changes) {
    switch (change.operation) {
      case Operation::kCreated:
        ++summary.created;
        break;
      case Operation::kUpdated:
        ++summary.updated;
        break;
      case Operation::kMoved:
        ++summary.moved;
        break;
      case Operation::kDeleted:
        ++summary.deleted;
        break;
      case Operation::kDecodeFailed:
        ++summary.failed;
        break;
      case Operation::kDerived:
        break;
    }
  }
  return summary;
}

class Run {
 public:
  Run(Database& database, const RedecodeOptions& options, Appender& appender)
      : database_(database),
        options_(options),
        appender_(appender),
        redecoder_({.rows = *database.store, .catalog = database.catalog, .decoder = options.decoder}) {}

  // The owned timelines whose newest state an older decoder gave, repository by repository.
  absl::StatusOr<std::vector<Timeline>> FindOlder(RedecodeReport& report) {
    std::vector<Timeline> older;
    for (const Timeline& timeline : database_.catalog.timelines.All()) {
      if (timeline.IsAnonymous() || timeline.deleted || timeline.tip.IsZero()) continue;
      absl::StatusOr<std::optional<EntryHead>> head = ReadEntryHead(*database_.store, timeline.last);
      if (!head.ok()) return head.status();
      const uint32_t version = head->has_value() ? (*head)->decoder_version : 0;
      if (version > options_.decoder.version) {
        return absl::FailedPreconditionError(Concat(timeline.ref, " was decoded by version ", version,
                                                    " of the decoders and this program has version ",
                                                    options_.decoder.version, "; use a newer setpoint"));
      }
      if (version < options_.decoder.version) {
        older.push_back(timeline);
      } else {
        ++report.current;
      }
    }
    std::sort(older.begin(), older.end(), [](const Timeline& a, const Timeline& b) {
      return std::pair(a.repository, a.id) < std::pair(b.repository, b.id);
    });
    return older;
  }

  absl::StatusOr<RedecodedRef> RedecodeOne(const Timeline& timeline, bool is_last_of_repository) {
    PlannedEntry planned;
    planned.entry.timeline = timeline.id;
    planned.entry.cause = Cause::kRedecoded;
    planned.entry.commit = timeline.tip;
    planned.entry.observed = std::max(options_.clock->NowSeconds(), appender_.last_observed());
    planned.entry.decoder_version = options_.decoder.version;
    planned.entry.batch_end = is_last_of_repository;
    planned.revision = Revision(appender_.last_revision().value + 1);
    planned.before = {timeline.id, timeline.last};
    planned.before_commit = timeline.tip;
    absl::StatusOr<std::optional<CommitFacts>> facts =
        ReadCommitFacts(*database_.store, database_.catalog, planned.entry);
    if (!facts.ok()) return facts.status();
    planned.facts = *std::move(facts);
    absl::StatusOr<BuiltEntry> built = redecoder_.Build(planned);
    if (!built.ok()) return built.status();
    absl::Status status = appender_.Append(*built, planned, redecoder_.memo());
    if (!status.ok()) return status;
    return Summary(database_, timeline, planned.revision, built->entry);
  }

 private:
  Database& database_;
  const RedecodeOptions& options_;
  Appender& appender_;
  Redecoder redecoder_;
};

}  // namespace

absl::StatusOr<RedecodeReport> Redecode(Database& database, const RedecodeOptions& options) {
  absl::StatusOr<std::unique_ptr<Appender>> appender = Appender::Open(database);
  if (!appender.ok()) return appender.status();
  (*appender)->SetMode(AppendMode::kLive);
  Run run(database, options, **appender);
  RedecodeReport report;
  absl::StatusOr<std::vector<Timeline>> older = run.FindOlder(report);
  if (!older.ok()) return older.status();
  for (size_t i = 0; i < older->size(); ++i) {
    const bool is_last = i + 1 == older->size() || (*older)[i + 1].repository != (*older)[i].repository;
    absl::StatusOr<RedecodedRef> ref = run.RedecodeOne((*older)[i], is_last);
    if (!ref.ok()) return ref.status();
    report.refs.push_back(*std::move(ref));
    if (options.progress) options.progress(i + 1, older->size());
  }
  return report;
}

}  // namespace setpoint::storage
