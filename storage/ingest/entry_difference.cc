#include "storage/ingest/entry_difference.h"

#include <algorithm>
#include <numeric>
#include <string>
#include <utility>

#include "storage/formats/resource_key.h"
#include "storage/ingest/directory_numbers.h"

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
  AddFile(path, after);
  const auto file = static_cast<uint32_t>(files_.size() - 1);
  const auto is_of_directory = [](const FileState& state) {
    return std::any_of(state.resources.begin(), state.resources.end(), IsOfDirectory);
  };
  if (is_of_directory(before) || is_of_directory(after)) {
    for (const FileState* state : {&before, &after}) {
      for (const FileResource& resource : state->resources) {
        if (!IsOfDirectory(resource)) continue;
        identities_.push_back({std::string(SplitOrdinal(resource.key).base), state == &before});
      }
    }
    directories_[ScopeText(path, Format::kTerraform)].push_back({file, before, after, unchanged});
    return true;
  }
  const size_t changes = drafts_.size();
  OldResources old_resources;
  for (const FileResource& resource : before.resources) old_resources.emplace(resource.key, Old{&resource, file});
  AddChanges(file, after, old_resources);
  AddDeletions(old_resources);
  const bool is_changed = drafts_.size() > changes;
  is_dropped_[file] = !is_changed && unchanged == Unchanged::kDropFile;
  return is_changed;
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
  paths_.insert(file.path);
  files_.push_back(std::move(file));
  texts_.push_back(is_absent ? std::nullopt : std::optional(state.memo_key));
  is_dropped_.push_back(false);
}

// What a file has now. Takes out of `old_resources` what is there still.
void EntryDifference::AddChanges(uint32_t file, const FileState& after, OldResources& old_resources) {
  for (const FileResource& resource : after.resources) {
    const auto found = old_resources.find(resource.key);
    const Old known = found == old_resources.end() ? Old{} : found->second;
    if (known.resource != nullptr) old_resources.erase(found);
    if (known.resource != nullptr && known.file == file && IsSameVersion(*known.resource, resource)) continue;
    Draft draft;
    draft.change = ChangeOf(file, OperationOf(known.resource, resource), resource);
    if (!resource.stale) {
      draft.content = ContentSource{after.memo_key, resource.memo_index};
    } else if (resource.held_from) {
      draft.content = ContentSource{*resource.held_from, resource.memo_index};
    }
    drafts_.push_back(std::move(draft));
  }
}

void EntryDifference::AddDeletions(const OldResources& old_resources) {
  for (const auto& [key, old] : old_resources) {
    Draft draft;
    draft.change = ChangeOf(old.file, Operation::kDeleted, *old.resource);
    draft.removed_hash = old.resource->hash;
    drafts_.push_back(std::move(draft));
  }
}

std::vector<SharedIdentity> EntryDifference::TakeIdentities() { return std::exchange(identities_, {}); }

void EntryDifference::Settle() {
  for (auto& [scope, members] : directories_) SettleDirectory(members);
}

void EntryDifference::SettleDirectory(std::vector<Member>& members) {
  std::vector<FileResources> before;
  std::vector<FileResources> after;
  for (Member& member : members) {
    before.emplace_back(files_[member.file].path, &member.before.resources);
    after.emplace_back(files_[member.file].path, &member.after.resources);
  }
  NumberInDirectory(std::move(before));
  NumberInDirectory(std::move(after));
  OldResources old_resources;
  for (const Member& member : members) {
    for (const FileResource& resource : member.before.resources) {
      old_resources.emplace(resource.key, Old{&resource, member.file});
    }
  }
  const size_t changes = drafts_.size();
  for (const Member& member : members) {
    AddChanges(member.file, member.after, old_resources);
    for (const FileResource& resource : member.after.resources) {
      if (!IsOfDirectory(resource) || resource.stale) continue;
      decoded_.emplace(resource.key, ContentSource{member.after.memo_key, resource.memo_index});
    }
  }
  AddDeletions(old_resources);
  absl::flat_hash_set<uint32_t> changed;
  for (size_t i = changes; i < drafts_.size(); ++i) changed.insert(drafts_[i].change.file);
  for (const Member& member : members) {
    is_dropped_[member.file] = member.unchanged == Unchanged::kDropFile && !changed.contains(member.file);
  }
}

std::optional<ContentSource> EntryDifference::FindDecoded(const std::string& key) const {
  const auto found = decoded_.find(key);
  return found == decoded_.end() ? std::nullopt : std::optional(found->second);
}

MoveCandidate EntryDifference::Candidate(const Draft& draft) const {
  const Change& change = draft.change;
  return {.path = files_[change.file].path,
          .identity = SplitKey(change.key).identity,
          .format = static_cast<Format>(change.format),
          .hash = change.operation == Operation::kDeleted ? draft.removed_hash : change.content_hash};
}

absl::Status EntryDifference::JoinMoves(const FindMovedBlock& find) {
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
  const auto moves = MatchMoves(removed_candidates, added_candidates, find);
  if (!moves.ok()) return moves.status();
  for (const auto& [from, to] : *moves) {
    Change& change = drafts_[added[to]].change;
    change.operation = Operation::kMoved;
    change.moved_from = drafts_[removed[from]].change.key;
    drafts_[removed[from]].is_dropped = true;
  }
  std::erase_if(drafts_, [](const Draft& draft) { return draft.is_dropped; });
  return absl::OkStatus();
}

// The place of each file in the order of the log.
std::vector<uint32_t> EntryDifference::PlaceFiles(BuiltEntry& built) {
  std::vector<uint32_t> order(files_.size());
  std::iota(order.begin(), order.end(), 0U);
  std::sort(order.begin(), order.end(), [this](uint32_t a, uint32_t b) { return files_[a].path < files_[b].path; });
  std::vector<uint32_t> place(files_.size());
  for (const uint32_t file : order) {
    if (is_dropped_[file]) continue;
    place[file] = static_cast<uint32_t>(built.entry.files.size());
    built.entry.files.push_back(std::move(files_[file]));
    built.texts.push_back(texts_[file]);
  }
  return place;
}

BuiltEntry EntryDifference::Finish(Entry entry) {
  BuiltEntry built;
  built.entry = std::move(entry);
  built.entry.files.reserve(files_.size());
  built.texts.reserve(files_.size());
  built.entry.changes.reserve(drafts_.size());
  built.contents.reserve(drafts_.size());
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
