#include "storage/ingest/entry_difference.h"

#include <algorithm>
#include <numeric>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "storage/formats/resource_key.h"

namespace setpoint::storage {
namespace {

constexpr size_t kReasonBytesMax = 500;

Operation OperationOf(const FileResource* before, const FileResource& after) {
  if (after.stale) return Operation::kDecodeFailed;
  return before == nullptr ? Operation::kCreated : Operation::kUpdated;
}

bool IsSameVersion(const FileResource& a, const FileResource& b) { return a.hash == b.hash && a.stale == b.stale; }

Change ChangeOf(uint32_t file, Operation operation, const FileResource& resource) {
  const bool is_deletion = operation == Operation::kDeleted;
  return {.file = file,
          .key = resource.key,
          .moved_from = {},
          .operation = operation,
          .format = static_cast<uint8_t>(resource.format),
          .content_hash = is_deletion ? Digest{} : resource.hash,
          .stale = !is_deletion && resource.stale};
}

}  // namespace

bool EntryDifference::Add(std::string_view path, const FileState& before, const FileState& after, Unchanged unchanged) {
  const size_t changes = drafts_.size();
  AddFile(path, after);
  AddChanges(before, after);
  const bool is_changed = drafts_.size() > changes;
  if (is_changed || unchanged == Unchanged::kKeepFile) return is_changed;
  files_.pop_back();
  texts_.pop_back();
  return false;
}

void EntryDifference::AddFile(std::string_view path, const FileState& state) {
  FileChange file;
  file.path = std::string(path);
  file.mode = state.mode;
  file.blob = state.blob;
  const bool is_absent = state.mode == FileMode::kAbsent;
  if (!is_absent) {
    file.outcome = static_cast<uint8_t>(state.outcome);
    file.reason = state.reason.substr(0, kReasonBytesMax);
  }
  files_.push_back(std::move(file));
  texts_.push_back(is_absent ? std::nullopt : std::optional(state.memo_key));
}

// The changes of the file added last.
void EntryDifference::AddChanges(const FileState& before, const FileState& after) {
  const auto file = static_cast<uint32_t>(files_.size() - 1);
  absl::flat_hash_map<std::string_view, const FileResource*> old_resources;
  for (const FileResource& resource : before.resources) old_resources.emplace(resource.key, &resource);
  for (const FileResource& resource : after.resources) {
    const auto old_one = old_resources.find(resource.key);
    const FileResource* known = old_one == old_resources.end() ? nullptr : old_one->second;
    if (known != nullptr) old_resources.erase(old_one);
    if (known != nullptr && IsSameVersion(*known, resource)) continue;
    Draft draft;
    draft.change = ChangeOf(file, OperationOf(known, resource), resource);
    if (!resource.stale) {
      draft.content = ContentSource{after.memo_key, resource.memo_index};
    } else if (resource.held_from) {
      draft.content = ContentSource{*resource.held_from, resource.memo_index};
    }
    drafts_.push_back(std::move(draft));
  }
  for (const auto& [key, resource] : old_resources) {
    Draft draft;
    draft.change = ChangeOf(file, Operation::kDeleted, *resource);
    draft.removed_hash = resource->hash;
    drafts_.push_back(std::move(draft));
  }
}

MoveCandidate EntryDifference::Candidate(const Draft& draft) const {
  const Change& change = draft.change;
  return {.path = files_[change.file].path,
          .identity = SplitKey(change.key).identity,
          .format = static_cast<Format>(change.format),
          .hash = change.operation == Operation::kDeleted ? draft.removed_hash : change.content_hash};
}

// Joins a deletion and a creation that are one thing into one `moved` change.
void EntryDifference::JoinMoves() {
  std::vector<size_t> removed;
  std::vector<size_t> added;
  std::vector<MoveCandidate> removed_candidates;
  std::vector<MoveCandidate> added_candidates;
  for (size_t i = 0; i < drafts_.size(); ++i) {
    const Operation operation = drafts_[i].change.operation;
    if (operation == Operation::kDeleted) {
      removed.push_back(i);
      removed_candidates.push_back(Candidate(drafts_[i]));
    } else if (operation == Operation::kCreated) {
      added.push_back(i);
      added_candidates.push_back(Candidate(drafts_[i]));
    }
  }
  for (const auto& [from, to] : MatchMoves(removed_candidates, added_candidates)) {
    Change& change = drafts_[added[to]].change;
    change.operation = Operation::kMoved;
    change.moved_from = drafts_[removed[from]].change.key;
    drafts_[removed[from]].is_dropped = true;
  }
  std::erase_if(drafts_, [](const Draft& draft) { return draft.is_dropped; });
}

// The place of each file in the order of the log.
std::vector<uint32_t> EntryDifference::PlaceFiles(BuiltEntry& built) {
  std::vector<uint32_t> order(files_.size());
  std::iota(order.begin(), order.end(), 0U);
  std::sort(order.begin(), order.end(), [this](uint32_t a, uint32_t b) { return files_[a].path < files_[b].path; });
  std::vector<uint32_t> place(files_.size());
  for (const uint32_t file : order) {
    place[file] = static_cast<uint32_t>(built.entry.files.size());
    built.entry.files.push_back(std::move(files_[file]));
    built.texts.push_back(texts_[file]);
  }
  return place;
}

BuiltEntry EntryDifference::Finish(Entry entry) {
  JoinMoves();
  BuiltEntry built;
  built.entry = std::move(entry);
  const std::vector<uint32_t> place = PlaceFiles(built);
  std::sort(drafts_.begin(), drafts_.end(), [](const Draft& a, const Draft& b) {
    const bool a_last = a.change.operation == Operation::kDeleted;
    const bool b_last = b.change.operation == Operation::kDeleted;
    return a_last != b_last ? b_last : a.change.key < b.change.key;
  });
  for (Draft& draft : drafts_) {
    draft.change.file = place[draft.change.file];
    built.entry.changes.push_back(std::move(draft.change));
    built.contents.push_back(draft.content);
  }
  return built;
}

}  // namespace setpoint::storage
