#include "storage/ingest/redecoder.h"

#include <algorithm>
#include <string>
#include <utility>
#include <variant>

#include "storage/base/concat.h"
#include "storage/base/limits.h"
#include "storage/formats/resource_key.h"
#include "storage/git/commit.h"
#include "storage/log/commit_store.h"
#include "storage/log/log_reader.h"
#include "storage/log/text_store.h"
#include "storage/projections/holds.h"
#include "storage/projections/positions.h"
#include "storage/projections/state.h"

namespace setpoint::storage {
namespace {

absl::StatusOr<std::optional<ObjectId>> FirstParentOf(const RowReader& rows, RepositoryId repository,
                                                      const ObjectId& commit) {
  absl::StatusOr<std::optional<StoredObject>> object = ReadObject(rows, repository, commit);
  if (!object.ok()) return object.status();
  if (!object->has_value()) {
    return absl::DataLossError(Concat("commit ", commit.Hex(), " is not in the store; run `setpoint verify`"));
  }
  absl::StatusOr<CommitLinks> links = ParseCommitLinks((*object)->bytes);
  if (!links.ok()) return links.status();
  if (links->parents.empty()) return std::nullopt;
  return links->parents.front();
}

Revision Before(const PlannedEntry& planned) { return Revision(planned.revision.value - 1); }

// Whoever holds what this file declares finds its content there: perhaps no entry has shown it.
void MarkAsHeldFrom(FileState& state) {
  for (FileResource& resource : state.resources) {
    if (!resource.stale) resource.held_from = state.memo_key;
  }
}

// The items of a state, file by file.
using ItemsByPath = std::vector<std::pair<PathId, std::vector<const StateItem*>>>;

ItemsByPath GroupByPath(const std::vector<StateItem>& items) {
  std::vector<const StateItem*> sorted;
  sorted.reserve(items.size());
  for (const StateItem& item : items) sorted.push_back(&item);
  std::sort(sorted.begin(), sorted.end(), [](const StateItem* a, const StateItem* b) {
    return std::pair(a->path, a->resource) < std::pair(b->path, b->resource);
  });
  ItemsByPath grouped;
  for (const StateItem* item : sorted) {
    if (grouped.empty() || grouped.back().first != item->path) grouped.push_back({item->path, {}});
    grouped.back().second.push_back(item);
  }
  return grouped;
}

}  // namespace

Redecoder::Redecoder(const Inputs& inputs)
    : inputs_(inputs), memo_([this](DecodeTask& task) { return ReadKept(task); }, inputs.decoder) {}

// The bytes that the store keeps of a blob; those of a large one from Git, where that is at hand.
absl::Status Redecoder::ReadKept(DecodeTask& task) {
  if (task.key.path_class.mode == FileMode::kSubmodule) return absl::OkStatus();
  task.missing = true;
  const std::optional<TextKey> key = inputs_.catalog.digests.FindText(task.key.blob);
  if (key) {
    absl::StatusOr<std::optional<TextRecord>> record = ReadTextRecord(inputs_.rows, *key);
    if (!record.ok()) return record.status();
    if (std::string* bytes = record->has_value() ? std::get_if<std::string>(&**record) : nullptr) {
      task.missing = false;
      task.bytes = std::move(*bytes);
      task.size = task.bytes.size();
      return absl::OkStatus();
    }
  }
  return inputs_.objects == nullptr ? absl::OkStatus() : ReadBlob(*inputs_.objects, task);
}

absl::StatusOr<bool> Redecoder::IsOlder(Position position) {
  absl::StatusOr<std::optional<EntryHead>> head = ReadEntryHead(inputs_.rows, position.revision);
  if (!head.ok()) return head.status();
  return head->has_value() && (*head)->decoder_version < inputs_.decoder.version;
}

// Of a file without a text (missing, a submodule) only the log knows the blob.
absl::StatusOr<ObjectId> Redecoder::BlobOf(const FileVersion& file) {
  if (const std::optional<ObjectId> blob = inputs_.catalog.digests.BlobOf(file.text)) return *blob;
  absl::StatusOr<std::optional<Entry>> entry = ReadEntry(inputs_.rows, file.position.revision);
  if (!entry.ok()) return entry.status();
  const std::string_view path = inputs_.catalog.names.Path(file.path);
  if (entry->has_value()) {
    for (const FileChange& change : (*entry)->files) {
      if (change.path == path) return change.blob;
    }
  }
  return absl::DataLossError(Concat("r", file.position.revision.value, " does not tell the blob of ", path));
}

// Files that no decoder can take need no bytes: large ones are not kept.
absl::StatusOr<bool> Redecoder::StaysAsItIs(std::string_view path, const FileVersion& file) const {
  if (file.mode != FileMode::kRegular && file.mode != FileMode::kExecutable) return true;
  if (file.outcome != static_cast<uint8_t>(Outcome::kNotDecoded)) return false;
  if (ClassifyPath(path, file.mode).name == NameClass::kOther) return true;
  absl::StatusOr<std::optional<TextRecord>> record = ReadTextRecord(inputs_.rows, file.text);
  if (!record.ok()) return record.status();
  const LargeText* large = record->has_value() ? std::get_if<LargeText>(&**record) : nullptr;
  return large != nullptr && large->size > kDecodedFileBytesMax;
}

absl::StatusOr<FileState> Redecoder::Decode(std::string_view path, const FileVersion& file) {
  absl::StatusOr<ObjectId> blob = BlobOf(file);
  if (!blob.ok()) return blob.status();
  const bool was_missing = file.outcome == static_cast<uint8_t>(Outcome::kMissing);
  return was_missing ? MissingState(memo_, path, file.mode, *blob) : DecodedState(memo_, path, file.mode, *blob);
}

absl::StatusOr<std::optional<Position>> Redecoder::PresentPosition(const std::vector<Position>& positions) {
  for (const Position& position : positions) {
    absl::StatusOr<bool> is_older = IsOlder(position);
    if (!is_older.ok()) return is_older.status();
    if (!*is_older) return position;
  }
  return std::nullopt;
}

absl::StatusOr<Redecoder::Step> Redecoder::StepAt(RepositoryId repository, const ObjectId& commit,
                                                  std::string_view path, Revision upto) {
  const Catalog& catalog = inputs_.catalog;
  absl::StatusOr<std::vector<Position>> positions = FindPositions(inputs_.rows, repository, commit, upto);
  if (!positions.ok()) return positions.status();
  // Beyond a shallow boundary nothing is known, and nothing held.
  if (positions->empty()) return Step{.state = {}, .first_parent = std::nullopt, .is_whole = true};
  absl::StatusOr<std::optional<Position>> present = PresentPosition(*positions);
  if (!present.ok()) return present.status();
  const Position at = present->value_or(positions->front());
  const PathId path_id = catalog.names.FindPath(path);
  absl::StatusOr<std::optional<FileVersion>> file = std::optional<FileVersion>();
  if (!path_id.IsNone()) file = FindFileVersion(inputs_.rows, catalog.timelines, path_id, at);
  if (!file.ok()) return file.status();
  if (!file->has_value() || (*file)->mode == FileMode::kAbsent) {
    return Step{.state = {}, .first_parent = std::nullopt, .is_whole = true};
  }
  Step step;
  if (*present) {
    absl::StatusOr<ObjectId> blob = BlobOf(**file);
    if (!blob.ok()) return blob.status();
    absl::StatusOr<std::vector<PathId>> undecoded = FindUndecodedPaths(inputs_.rows, catalog.timelines, at);
    if (!undecoded.ok()) return undecoded.status();
    absl::StatusOr<FileState> state =
        RecordedState(memo_, inputs_.rows, catalog, *undecoded, path, (*file)->mode, *blob, at);
    if (!state.ok()) return state.status();
    return Step{.state = *std::move(state), .first_parent = std::nullopt, .is_whole = true};
  }
  absl::StatusOr<FileState> state = Decode(path, **file);
  if (!state.ok()) return state.status();
  step.state = *std::move(state);
  step.is_whole = !step.state.MayHold();
  if (step.is_whole) return step;
  absl::StatusOr<std::optional<ObjectId>> parent = FirstParentOf(inputs_.rows, repository, commit);
  if (!parent.ok()) return parent.status();
  step.first_parent = *parent;
  return step;
}

absl::StatusOr<FileState> Redecoder::StateAt(RepositoryId repository, const ObjectId& commit, std::string_view path,
                                             Revision upto) {
  std::vector<FileState> states;  // Each holds what the next one has.
  std::optional<ObjectId> at = commit;
  while (at) {
    absl::StatusOr<Step> step = StepAt(repository, *at, path, upto);
    if (!step.ok()) return step.status();
    states.push_back(std::move(step->state));
    at = step->is_whole ? std::nullopt : step->first_parent;
  }
  FileState state = std::move(states.back());
  MarkAsHeldFrom(state);
  for (states.pop_back(); !states.empty(); states.pop_back()) {
    Hold(state.resources, states.back());
    state = std::move(states.back());
    MarkAsHeldFrom(state);
  }
  return state;
}

// What a file had, as the older decoder gave it.
absl::StatusOr<FileState> Redecoder::StateBefore(std::string_view path, const std::vector<const StateItem*>& items) {
  FileState state;
  for (const StateItem* item : items) {
    const std::optional<Digest> hash = inputs_.catalog.digests.HashOf(item->content);
    if (!hash) return absl::DataLossError(Concat("what ", path, " has has no digest; run `setpoint rebuild`"));
    state.resources.push_back({.key = std::string(inputs_.catalog.names.ResourceKey(item->resource)),
                               .format = static_cast<Format>(item->format),
                               .hash = *hash,
                               .stale = item->stale});
  }
  return state;
}

absl::Status Redecoder::CompareFile(const PlannedEntry& planned, PathId path,
                                    const std::vector<const StateItem*>& items, EntryDifference& difference) {
  const Catalog& catalog = inputs_.catalog;
  const std::string_view text = catalog.names.Path(path);
  absl::StatusOr<std::optional<FileVersion>> file =
      FindFileVersion(inputs_.rows, catalog.timelines, path, planned.before);
  if (!file.ok()) return file.status();
  if (!file->has_value()) return absl::DataLossError(Concat(text, " has resources and no file"));
  absl::StatusOr<bool> stays = StaysAsItIs(text, **file);
  if (!stays.ok() || *stays) return stays.status();
  absl::StatusOr<FileState> before = StateBefore(text, items);
  if (!before.ok()) return before.status();
  absl::StatusOr<FileState> after = Decode(text, **file);
  if (!after.ok()) return after.status();
  if (after->outcome == Outcome::kMissing && (*file)->outcome != static_cast<uint8_t>(Outcome::kMissing)) {
    // No bytes are kept and Git is not at hand: what it was goes on, and heals when Git is.
    Hold(before->resources, *after);
  } else if (after->MayHold() && planned.facts && !planned.facts->parents.empty()) {
    const RepositoryId repository = catalog.timelines.Find(planned.before.timeline)->repository;
    absl::StatusOr<FileState> there = StateAt(repository, planned.facts->parents.front(), text, Before(planned));
    if (!there.ok()) return there.status();
    Hold(there->resources, *after);
  }
  const bool is_same_outcome = (*file)->outcome == static_cast<uint8_t>(after->outcome);
  const bool is_changed =
      difference.Add(text, *before, *after,
                     is_same_outcome ? EntryDifference::Unchanged::kDropFile : EntryDifference::Unchanged::kKeepFile);
  // A whole tree passes through: only what the entry will ask for is kept.
  if (!is_changed) memo_.LetGo(after->memo_key);
  return absl::OkStatus();
}

absl::StatusOr<BuiltEntry> Redecoder::Build(const PlannedEntry& planned) {
  memo_.Trim();
  absl::StatusOr<std::vector<StateItem>> items = ReadState(inputs_.rows, inputs_.catalog.timelines, planned.before);
  if (!items.ok()) return items.status();
  EntryDifference difference;
  for (const auto& [path, of_file] : GroupByPath(*items)) {
    if (absl::Status status = CompareFile(planned, path, of_file, difference); !status.ok()) return status;
  }
  // The whole state is in the difference.
  difference.Settle();
  absl::Status status = difference.JoinMoves(
      [&](std::string_view path, std::string_view identity) -> absl::StatusOr<std::optional<std::string>> {
        const auto block = difference.FindDecoded(ResourceKeyText(path, Format::kTerraform, identity));
        if (!block) return std::nullopt;
        return memo_.Content(block->key, block->memo_index);
      });
  if (!status.ok()) return status;
  return difference.Finish(planned.entry);
}

}  // namespace setpoint::storage
