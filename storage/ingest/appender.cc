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

// A chunk that is full waits for the end of its entry, unless that is a large one.
constexpr size_t kChunkBytesInMemoryMax = kBulkChunkBytesMax + kLiveBatchBytesMax;

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
      terms_(*database.store, database.catalog.applied()) {
  projector_.SetTarget(rows_);
}

Appender::~Appender() {
  if (writing_.valid()) writing_.wait();
  if (staging_.valid()) staging_.wait();
}

void Appender::PutRow(Family family, std::string_view key, std::string_view value) {
  if (IsBulk()) {
    chunk_.Put(family, key, value);
  } else {
    batch_.Put(family, key, value);
  }
  MakeRoom();
}

// Within an entry: what is too much for memory goes into files, which the store takes in with the rest of the entry.
void Appender::MakeRoom() {
  if (!IsBulk()) {
    if (batch_.bytes() < kLiveBatchBytesMax) return;
    chunk_.Append(batch_);
    batch_ = WriteBatch();
  }
  if (chunk_.bytes() < kChunkBytesInMemoryMax || !staged_.ok()) return;
  if (!FinishStaging().ok()) return;
  if (writing_.valid()) writing_.wait();
  has_staged_ = true;
  staging_ =
      std::async(std::launch::async, [&store = *database_.store, chunk = std::exchange(chunk_, BulkChunk())]() mutable {
        return store.Stage(std::move(chunk));
      });
}

absl::Status Appender::Append(const BuiltEntry& built, const PlannedEntry& planned, DecodeMemo& memo) {
  if (database_.catalog.torn()) return Torn();
  absl::StatusOr<Revision> revision = log_.Append(built.entry, rows_);
  if (!revision.ok()) return revision.status();
  SETPOINT_CHECK(*revision == planned.revision, "the log gives another number than was planned");
  absl::Status status = Apply(built, planned, memo);
  if (!status.ok()) database_.catalog.MarkTorn();
  memo.LetGo();
  return status;
}

absl::Status Appender::Apply(const BuiltEntry& built, const PlannedEntry& planned, DecodeMemo& memo) {
  absl::StatusOr<NewFacts> facts =
      projector_.Apply(planned.revision, built.entry, planned.facts ? &*planned.facts : nullptr);
  if (!facts.ok()) return facts.status();
  if (absl::Status status = PutFacts(built, planned, *facts, memo); !status.ok()) return status;
  if (!IsBulk()) return WriteLive();
  if (mode_ == AppendMode::kLive) return Flush();
  return has_staged_ || chunk_.bytes() >= kBulkChunkBytesMax ? StartChunk() : absl::OkStatus();
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
    if (absl::Status status = PutBlob(blob, built.entry, memo); !status.ok()) return status;
  }
  for (const auto& [resource, other] : facts.borrowed) terms_.AddBorrowed(resource, other);
  terms_.Finish(log_.last_revision(), rows_);
  const std::string_view name = built.entry.birth ? built.entry.birth->repository : built.entry.repository;
  const RepositoryId repository = built.entry.timeline.IsNone() || built.entry.birth
                                      ? database_.catalog.names.FindRepository(name)
                                      : database_.catalog.timelines.Find(built.entry.timeline)->repository;
  if (!planned.commit_bytes.empty()) {
    PutObject(repository, built.entry.commit, StoredObjectType::kCommit, planned.commit_bytes, rows_);
  }
  for (const auto& [tag, bytes] : planned.tag_bytes) PutObject(repository, tag, StoredObjectType::kTag, bytes, rows_);
  return staged_;
}

absl::Status Appender::PutBlob(const NewBlob& blob, const Entry& entry, DecodeMemo& memo) {
  absl::StatusOr<std::shared_ptr<DecodeTask>> task = memo.Bring(blob.key);
  if (!task.ok()) return task.status();
  if (blob.text) {
    const auto& [file, key] = *blob.text;
    if (absl::Status status = PutOneText(key, entry.files[file], **task, rows_); !status.ok()) return status;
  }
  if (blob.contents.empty()) return absl::OkStatus();
  DecodeBlob(**task, memo.decoder());
  for (const auto& [resource, key] : blob.contents) {
    absl::StatusOr<std::string_view> content = ContentOf(**task, resource);
    if (!content.ok()) return content.status();
    PutContent(key, *content, rows_);
    if (absl::Status status = terms_.AddContent(key, *content, rows_); !status.ok()) return status;
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
  if (absl::Status status = FinishStaging(); !status.ok()) return status;
  if (absl::Status status = FinishChunk(); !status.ok()) return status;
  projector_.Seal();
  WriteBatch last;
  PutApplied(log_.last_revision(), last);
  has_staged_ = false;
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

absl::Status Appender::FinishStaging() {
  if (staging_.valid()) staged_.Update(staging_.get());
  return staged_;
}

absl::Status Appender::Flush() {
  if (database_.catalog.torn()) return Torn();
  absl::Status status = chunk_.empty() && !has_staged_ ? absl::OkStatus() : StartChunk();
  if (status.ok()) status = FinishChunk();
  if (!status.ok()) database_.catalog.MarkTorn();
  return status;
}

}  // namespace setpoint::storage
