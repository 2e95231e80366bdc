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

// A blob of the entry at hand with what the store does not have of it.
struct Appender::NewBlob {
  BlobKey key;
  std::optional<std::pair<uint32_t, TextKey>> text = std::nullopt;  // (index of the file, key)
  std::vector<std::pair<size_t, ContentKey>> contents = {};         // (index of the resource in the blob, key)
};

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
  if (IsBulk()) return chunk_;
  return batch_;
}

absl::Status Appender::Append(const BuiltEntry& built, const PlannedEntry& planned, DecodeMemo& memo) {
  if (database_.catalog.torn()) return Torn();
  absl::StatusOr<Revision> revision = log_.Append(built.entry, Sink());
  if (!revision.ok()) return revision.status();
  SETPOINT_CHECK(*revision == planned.revision, "the log gives another number than was planned");
  absl::Status status = Apply(built, planned, memo);
  if (!status.ok()) database_.catalog.MarkTorn();
  memo.LetGo();
  return status;
}

absl::Status Appender::Apply(const BuiltEntry& built, const PlannedEntry& planned, DecodeMemo& memo) {
  projector_.SetTarget(Sink());
  absl::StatusOr<NewFacts> facts =
      projector_.Apply(planned.revision, built.entry, planned.facts ? &*planned.facts : nullptr);
  if (!facts.ok()) return facts.status();
  if (absl::Status status = PutFacts(built, planned, *facts, memo); !status.ok()) return status;
  if (!IsBulk()) return WriteLive();
  if (mode_ == AppendMode::kLive) return Flush();
  return chunk_.bytes() >= kBulkChunkBytesMax ? StartChunk() : absl::OkStatus();
}

// Blob by blob, so that one which is not at hand is read and decoded once.
std::vector<Appender::NewBlob> Appender::NewBlobs(const BuiltEntry& built, const NewFacts& facts) {
  std::vector<NewBlob> blobs;
  absl::flat_hash_map<BlobKey, size_t> places;
  const auto of = [&](const BlobKey& key) -> NewBlob& {
    const auto [place, is_new] = places.emplace(key, blobs.size());
    if (is_new) blobs.push_back({.key = key});
    return blobs[place->second];
  };
  for (const auto& text : facts.texts) of(*built.texts[text.first]).text = text;
  for (const auto& [change, key] : facts.contents) {
    const std::optional<ContentSource>& source = built.contents[change];
    SETPOINT_CHECK(source.has_value(), "a content is new that was held");
    of(source->key).contents.emplace_back(source->memo_index, key);
  }
  return blobs;
}

absl::Status Appender::PutFacts(const BuiltEntry& built, const PlannedEntry& planned, const NewFacts& facts,
                                DecodeMemo& memo) {
  for (const NewBlob& blob : NewBlobs(built, facts)) {
    absl::Status status = PutBlob(blob, built.entry, memo);
    if (status.ok()) status = MakeRoom();
    if (!status.ok()) return status;
  }
  RowSink& sink = Sink();
  for (const auto& [resource, other] : facts.borrowed) terms_.AddBorrowed(resource, other);
  terms_.Finish(log_.last_revision(), sink);
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

absl::Status Appender::PutBlob(const NewBlob& blob, const Entry& entry, DecodeMemo& memo) {
  absl::StatusOr<std::shared_ptr<DecodeTask>> task = memo.Bring(blob.key);
  if (!task.ok()) return task.status();
  if (blob.text) {
    const auto& [file, key] = *blob.text;
    if (absl::Status status = PutOneText(key, entry.files[file], **task, Sink()); !status.ok()) return status;
  }
  if (blob.contents.empty()) return absl::OkStatus();
  DecodeBlob(**task, memo.decoder());
  for (const auto& [resource, key] : blob.contents) {
    absl::StatusOr<std::string_view> content = ContentOf(**task, resource);
    if (!content.ok()) return content.status();
    PutContent(key, *content, Sink());
    if (absl::Status status = terms_.AddContent(key, *content, Sink()); !status.ok()) return status;
  }
  return absl::OkStatus();
}

// In a thread of its own; at most one chunk is being written while the next is built.
template <typename Write>
void Appender::StartWriting(Write write, std::optional<Revision> upto) {
  writing_upto_ = upto;
  writing_ = std::async(std::launch::async, std::move(write));
}

// Within an entry: what is too much for memory goes into files, which the store takes with the rest of the entry.
absl::Status Appender::MakeRoom() {
  if (!IsBulk()) {
    if (batch_.bytes() < kLiveBatchBytesMax) return absl::OkStatus();
    chunk_.Append(batch_);
    batch_ = WriteBatch();
    projector_.SetTarget(Sink());
  }
  if (chunk_.bytes() < kBulkChunkBytesMax) return absl::OkStatus();
  if (absl::Status status = FinishWriting(); !status.ok()) return status;
  has_staged_ = true;
  StartWriting([&store = *database_.store,
                chunk = std::exchange(chunk_, BulkChunk())]() mutable { return store.Stage(std::move(chunk)); },
               std::nullopt);
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

absl::Status Appender::FinishWriting() {
  if (!writing_.valid()) return absl::OkStatus();
  absl::Status status = writing_.get();
  if (!status.ok() || !writing_upto_) return status;
  projector_.Forget();
  database_.catalog.Publish(*writing_upto_);
  return absl::OkStatus();
}

absl::Status Appender::StartChunk() {
  if (absl::Status status = FinishWriting(); !status.ok()) return status;
  projector_.Seal();
  WriteBatch last;
  PutApplied(log_.last_revision(), last);
  has_staged_ = false;
  StartWriting([&store = *database_.store, chunk = std::exchange(chunk_, BulkChunk()),
                last = std::move(last)]() mutable { return store.Ingest(std::move(chunk), last); },
               log_.last_revision());
  return absl::OkStatus();
}

absl::Status Appender::Flush() {
  if (database_.catalog.torn()) return Torn();
  absl::Status status = chunk_.empty() && !has_staged_ ? absl::OkStatus() : StartChunk();
  if (status.ok()) status = FinishWriting();
  if (!status.ok()) database_.catalog.MarkTorn();
  return status;
}

}  // namespace setpoint::storage
