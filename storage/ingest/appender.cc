#include "storage/ingest/appender.h"

#include <memory>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "storage/base/check.h"
#include "storage/base/concat.h"
#include "storage/base/limits.h"
#include "storage/log/commit_store.h"
#include "storage/log/content_store.h"
#include "storage/log/meta.h"
#include "storage/log/text_store.h"

namespace setpoint::storage {
namespace {

// The bytes of a text: a task's of this entry, or read again.
absl::Status PutOneText(const TextKey& key, const FileChange& file, const DecodeTask& task, RowSink& sink) {
  const bool is_decoded =
      file.outcome == static_cast<uint8_t>(Outcome::kDecoded) || file.outcome == static_cast<uint8_t>(Outcome::kPartly);
  if (task.missing) {
    return absl::NotFoundError(Concat("blob ", file.blob.Hex(), " vanished from the source while it was read"));
  }
  if (task.too_large || task.let_go) {
    PutLargeText(key, {.blob = file.blob, .hash = task.let_go.value_or(Digest{}), .size = task.size}, sink);
  } else if (task.bytes.size() > kTextBytesMax && !is_decoded) {
    PutLargeText(key, {.blob = file.blob, .hash = Sha256(task.bytes), .size = task.bytes.size()}, sink);
  } else {
    PutText(key, task.bytes, sink);
  }
  return absl::OkStatus();
}

absl::Status Torn() {
  return absl::FailedPreconditionError(
      "an earlier write to the store failed: nothing is appended until it is opened again (restart setpoint)");
}

}  // namespace

absl::StatusOr<std::unique_ptr<Appender>> Appender::Open(Database& database) {
  if (database.catalog.torn()) return Torn();
  absl::StatusOr<LogWriter> log = LogWriter::Open(*database.store);
  if (!log.ok()) return log.status();
  return std::unique_ptr<Appender>(new Appender(database, *log));
}

Appender::Appender(Database& database, const LogWriter& log)
    : database_(database),
      log_(log),
      projector_(*database.store, database.catalog),
      terms_(*database.store, database.catalog.applied()) {}

Appender::~Appender() {
  if (writing_.valid()) writing_.wait();
}

RowSink& Appender::Sink() {
  if (mode_ == AppendMode::kBulk) return chunk_;
  return batch_;
}

absl::Status Appender::Append(const BuiltEntry& built, PlannedEntry& planned, DecodeMemo& memo) {
  if (database_.catalog.torn()) return Torn();
  absl::StatusOr<Revision> revision = log_.Append(built.entry, Sink());
  if (!revision.ok()) return revision.status();
  SETPOINT_CHECK(*revision == planned.revision, "the log gives another number than was planned");
  absl::Status status = Apply(built, planned, memo);
  if (!status.ok()) database_.catalog.MarkTorn();
  return status;
}

absl::Status Appender::Apply(const BuiltEntry& built, PlannedEntry& planned, DecodeMemo& memo) {
  projector_.SetTarget(Sink());
  absl::StatusOr<NewFacts> facts =
      projector_.Apply(planned.revision, built.entry, planned.facts ? &*planned.facts : nullptr);
  if (!facts.ok()) return facts.status();
  if (absl::Status status = PutFacts(built, planned, *facts, memo); !status.ok()) return status;
  if (mode_ == AppendMode::kLive) return WriteLive();
  return chunk_.bytes() >= kBulkChunkBytesMax ? StartChunk() : absl::OkStatus();
}

absl::Status Appender::PutFacts(const BuiltEntry& built, PlannedEntry& planned, const NewFacts& facts,
                                DecodeMemo& memo) {
  RowSink& sink = Sink();
  for (const auto& [change, key] : facts.contents) {
    const std::optional<ContentSource>& source = built.contents[change];
    SETPOINT_CHECK(source.has_value(), "a content is new that was held");
    absl::StatusOr<std::string> content = memo.Content(source->key, source->memo_index);
    if (!content.ok()) return content.status();
    PutContent(key, *content, sink);
    if (absl::Status status = terms_.AddContent(key, *content); !status.ok()) return status;
  }
  for (const auto& [resource, other] : facts.borrowed) terms_.AddBorrowed(resource, other);
  terms_.Finish(log_.last_revision(), sink);
  if (absl::Status status = PutTexts(built, planned, facts, memo); !status.ok()) return status;
  const std::string_view name = built.entry.birth ? built.entry.birth->repository : built.entry.repository;
  const RepositoryId repository = built.entry.timeline.IsNone() || built.entry.birth
                                      ? database_.catalog.names.FindRepository(name)
                                      : database_.catalog.timelines.Find(built.entry.timeline)->repository;
  if (!planned.commit_bytes.empty()) {
    PutObject(repository, built.entry.commit, StoredObjectType::kCommit, planned.commit_bytes, sink);
  }
  for (const auto& [tag, bytes] : planned.tag_bytes) PutObject(repository, tag, StoredObjectType::kTag, bytes, sink);
  return absl::OkStatus();
}

absl::Status Appender::PutTexts(const BuiltEntry& built, PlannedEntry& planned, const NewFacts& facts,
                                DecodeMemo& memo) {
  if (facts.texts.empty()) return absl::OkStatus();
  absl::flat_hash_map<BlobKey, const DecodeTask*> tasks;
  for (const auto& task : planned.tasks) tasks.emplace(task->key, task.get());
  for (const auto& [file, key] : facts.texts) {
    const BlobKey& blob = *built.texts[file];
    const auto at_hand = tasks.find(blob);
    if (at_hand != tasks.end()) {
      absl::Status status = PutOneText(key, built.entry.files[file], *at_hand->second, Sink());
      if (!status.ok()) return status;
      continue;
    }
    absl::StatusOr<DecodeTask> task = memo.ReadTask(blob);
    if (!task.ok()) return task.status();
    if (absl::Status status = PutOneText(key, built.entry.files[file], *task, Sink()); !status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status Appender::WriteLive() {
  PutApplied(log_.last_revision(), batch_);
  projector_.Seal();
  absl::Status status = database_.store->Write(batch_);
  batch_.Clear();
  if (!status.ok()) return status;
  projector_.Forget();
  database_.catalog.Publish(log_.last_revision());
  return absl::OkStatus();
}

// Hands the chunk to a thread of its own; at most one is being written while the next is built.
absl::Status Appender::StartChunk() {
  if (absl::Status status = FinishChunk(); !status.ok()) return status;
  projector_.Seal();
  WriteBatch last;
  PutApplied(log_.last_revision(), last);
  writing_upto_ = log_.last_revision();
  writing_ = std::async(std::launch::async,
                        [&store = *database_.store, chunk = std::exchange(chunk_, BulkChunk()),
                         last = std::move(last)]() mutable { return store.Ingest(std::move(chunk), last); });
  return absl::OkStatus();
}

absl::Status Appender::FinishChunk() {
  if (!writing_.valid()) return absl::OkStatus();
  absl::Status status = writing_.get();
  if (!status.ok()) return status;
  projector_.Forget();
  database_.catalog.Publish(writing_upto_);
  return absl::OkStatus();
}

absl::Status Appender::Flush() {
  if (database_.catalog.torn()) return Torn();
  absl::Status status = chunk_.empty() ? absl::OkStatus() : StartChunk();
  if (status.ok()) status = FinishChunk();
  if (!status.ok()) database_.catalog.MarkTorn();
  return status;
}

}  // namespace setpoint::storage
