#include "tools/bench/entry_source.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "storage/formats/decoder.h"
#include "storage/git/object_hash.h"
#include "storage/ingest/entry_difference.h"
#include "storage/ingest/file_state.h"

namespace setpoint::tools {
namespace {

using storage::FileMode;
using storage::ObjectId;
using storage::ObjectType;

constexpr char kPath[] = "bench/0.yaml";
constexpr int64_t kFirstSecond = 1'800'000'000;

std::string FileOf(uint64_t commit) {
  return absl::StrCat("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: bench-0}\ndata:\n  value: '", commit,
                      "'\n  filling: '", std::string(180, 'x'), "'\n");
}

std::string CommitOf(const ObjectId& parent, uint64_t number) {
  const std::string by =
      absl::StrCat("Bench <bench@example.org> ", kFirstSecond + static_cast<int64_t>(number), " +0000");
  return absl::StrCat("tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\n",
                      parent.IsZero() ? "" : absl::StrCat("parent ", parent.Hex(), "\n"), "author ", by, "\ncommitter ",
                      by, "\n\nbench ", number, "\n");
}

}  // namespace

EntrySource::EntrySource(std::unique_ptr<storage::Appender> appender)
    : appender_(std::move(appender)),
      memo_([](storage::DecodeTask&) { return absl::InternalError("every task is at hand"); }, storage::Decoder()) {}

absl::StatusOr<std::unique_ptr<EntrySource>> EntrySource::Begin(storage::Database& database) {
  auto appender = storage::Appender::Open(database);
  if (!appender.ok()) return appender.status();
  (*appender)->SetMode(storage::AppendMode::kLive);
  std::unique_ptr<EntrySource> source(new EntrySource(*std::move(appender)));
  source->planned_ = source->NewEntry(storage::Cause::kRefCreated);
  source->planned_->entry.birth = {.repository = "bench", .ref = "refs/heads/main", .base = {}, .predecessor = {}};
  source->built_ = storage::EntryDifference().Finish(source->planned_->entry);
  if (absl::Status status = source->Append(); !status.ok()) return status;
  return source;
}

storage::PlannedEntry EntrySource::NewEntry(storage::Cause cause) const {
  storage::PlannedEntry planned;
  planned.revision = storage::Revision(appender_->last_revision().value + 1);
  planned.entry.timeline = storage::TimelineId(1);
  planned.entry.cause = cause;
  planned.entry.observed = kFirstSecond;
  planned.entry.decoder_version = storage::kDecoderVersion;
  planned.entry.batch_end = true;
  return planned;
}

absl::Status EntrySource::Prepare() {
  ++commits_;
  planned_ = NewEntry(storage::Cause::kCommit);
  planned_->facts.emplace();
  if (!tip_.IsZero()) planned_->facts->parents.push_back(tip_);
  planned_->facts->committed = kFirstSecond + static_cast<int64_t>(commits_);
  planned_->commit_bytes = CommitOf(tip_, commits_);
  tip_ = storage::ComputeObjectId({ObjectType::kCommit, planned_->commit_bytes});
  planned_->entry.commit = tip_;

  auto task = std::make_shared<storage::DecodeTask>();
  task->bytes = FileOf(commits_);
  task->size = task->bytes.size();
  const ObjectId blob = storage::ComputeObjectId({ObjectType::kBlob, task->bytes});
  task->key = memo_.KeyOf(kPath, FileMode::kRegular, blob);
  storage::DecodeBlob(*task, memo_.decoder());
  memo_.Add(task);
  auto state = storage::DecodedState(memo_, kPath, FileMode::kRegular, blob);
  if (!state.ok()) return state.status();
  storage::FileState before;
  if (commits_ > 1) {
    before = *state;
    for (storage::FileResource& resource : before.resources) resource.hash = {};  // Another one than now.
  }
  storage::EntryDifference difference;
  difference.Add(kPath, before, *state, storage::EntryDifference::Unchanged::kKeepFile);
  built_ = difference.Finish(planned_->entry);
  return absl::OkStatus();
}

absl::Status EntrySource::Append() { return appender_->Append(built_, *planned_, memo_); }

}  // namespace setpoint::tools
