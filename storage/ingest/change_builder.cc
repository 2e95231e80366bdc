#include "storage/ingest/change_builder.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "storage/formats/move_matcher.h"
#include "storage/formats/resource_key.h"
#include "storage/ingest/tree_lookup.h"
#include "storage/projections/holds.h"

namespace setpoint::storage {
namespace {

constexpr size_t kReasonBytesMax = 500;

Operation OperationOf(const FileResource* before, const FileResource& after) {
  if (after.stale) return Operation::kDecodeFailed;
  return before == nullptr ? Operation::kCreated : Operation::kUpdated;
}

bool IsSameVersion(const FileResource& a, const FileResource& b) { return a.hash == b.hash && a.stale == b.stale; }

}  // namespace

// One change under way.
struct ChangeDraft {
  Change change;
  std::optional<ContentSource> content;
  bool is_dropped = false;  // Became the source of a move.
};

struct ChangeBuilder::Difference {
  std::vector<FileChange> files;
  std::vector<std::optional<BlobKey>> texts;
  std::vector<ChangeDraft> drafts;
  std::vector<Digest> removed_hashes;  // Of each draft that is a deletion: what the resource was.

  void AddFile(std::string_view path, const FileState& state) {
    FileChange file;
    file.path = std::string(path);
    file.mode = state.mode;
    file.blob = state.blob;
    const bool is_absent = state.mode == FileMode::kAbsent;
    if (!is_absent) {
      file.outcome = static_cast<uint8_t>(state.outcome);
      file.reason = state.reason.substr(0, kReasonBytesMax);
    }
    files.push_back(std::move(file));
    texts.push_back(is_absent ? std::nullopt : std::optional(state.memo_key));
  }

  // The changes of the file added last.
  void AddChanges(const FileState& before, const FileState& after) {
    const auto file = static_cast<uint32_t>(files.size() - 1);
    absl::flat_hash_map<std::string_view, const FileResource*> old_resources;
    for (const FileResource& resource : before.resources) old_resources.emplace(resource.key, &resource);
    for (const FileResource& resource : after.resources) {
      const auto old_one = old_resources.find(resource.key);
      const FileResource* known = old_one == old_resources.end() ? nullptr : old_one->second;
      if (known != nullptr) old_resources.erase(old_one);
      if (known != nullptr && IsSameVersion(*known, resource)) continue;
      ChangeDraft draft;
      draft.change = {.file = file,
                      .key = resource.key,
                      .moved_from = {},
                      .operation = OperationOf(known, resource),
                      .format = static_cast<uint8_t>(resource.format),
                      .content_hash = resource.hash,
                      .stale = resource.stale};
      if (!resource.stale) draft.content = ContentSource{after.memo_key, resource.memo_index};
      drafts.push_back(std::move(draft));
      removed_hashes.emplace_back();
    }
    for (const auto& [key, resource] : old_resources) {
      ChangeDraft draft;
      draft.change = {.file = file,
                      .key = resource->key,
                      .moved_from = {},
                      .operation = Operation::kDeleted,
                      .format = static_cast<uint8_t>(resource->format),
                      .content_hash = {},
                      .stale = false};
      drafts.push_back(std::move(draft));
      removed_hashes.push_back(resource->hash);
    }
  }

  MoveCandidate Candidate(size_t draft, const Digest& hash) const {
    const Change& change = drafts[draft].change;
    return {.path = files[change.file].path,
            .identity = SplitKey(change.key).identity,
            .format = static_cast<Format>(change.format),
            .hash = hash};
  }

  // Joins a deletion and a creation that are one thing into one `moved` change.
  void JoinMoves() {
    std::vector<size_t> removed;
    std::vector<size_t> added;
    std::vector<MoveCandidate> removed_candidates;
    std::vector<MoveCandidate> added_candidates;
    for (size_t i = 0; i < drafts.size(); ++i) {
      const Change& change = drafts[i].change;
      if (change.operation == Operation::kDeleted) {
        removed.push_back(i);
        removed_candidates.push_back(Candidate(i, removed_hashes[i]));
      } else if (change.operation == Operation::kCreated) {
        added.push_back(i);
        added_candidates.push_back(Candidate(i, change.content_hash));
      }
    }
    for (const auto& [from, to] : MatchMoves(removed_candidates, added_candidates)) {
      Change& change = drafts[added[to]].change;
      change.operation = Operation::kMoved;
      change.moved_from = drafts[removed[from]].change.key;
      drafts[removed[from]].is_dropped = true;
    }
    std::erase_if(drafts, [](const ChangeDraft& draft) { return draft.is_dropped; });
  }

  // Files by path bytes, changes by key bytes with deletions last.
  BuiltEntry Finish(Entry entry) {
    JoinMoves();
    std::vector<uint32_t> order(files.size());
    for (uint32_t i = 0; i < order.size(); ++i) order[i] = i;
    std::sort(order.begin(), order.end(), [this](uint32_t a, uint32_t b) { return files[a].path < files[b].path; });
    std::vector<uint32_t> place(files.size());
    BuiltEntry built;
    built.entry = std::move(entry);
    for (const uint32_t file : order) {
      place[file] = static_cast<uint32_t>(built.entry.files.size());
      built.entry.files.push_back(std::move(files[file]));
      built.texts.push_back(texts[file]);
    }
    std::sort(drafts.begin(), drafts.end(), [](const ChangeDraft& a, const ChangeDraft& b) {
      const bool a_last = a.change.operation == Operation::kDeleted;
      const bool b_last = b.change.operation == Operation::kDeleted;
      return a_last != b_last ? b_last : a.change.key < b.change.key;
    });
    for (ChangeDraft& draft : drafts) {
      draft.change.file = place[draft.change.file];
      built.entry.changes.push_back(std::move(draft.change));
      built.contents.push_back(draft.content);
    }
    return built;
  }
};

absl::StatusOr<BuiltEntry> ChangeBuilder::Build(PlannedEntry& planned) {
  Difference difference;
  absl::StatusOr<std::vector<PathId>> undecoded = inputs_.projector.UndecodedPaths(planned.before);
  if (!undecoded.ok()) return undecoded.status();
  undecoded_before_ = *std::move(undecoded);
  if (absl::Status status = CompareDeltas(planned, difference); !status.ok()) return status;
  if (absl::Status status = CompareUndecoded(planned, difference); !status.ok()) return status;
  return difference.Finish(std::move(planned.entry));
}

std::optional<ObjectId> ChangeBuilder::FirstParent(const PlannedEntry& planned) {
  if (planned.entry.commit.IsZero() || !planned.facts || planned.facts->parents.empty()) return std::nullopt;
  return planned.facts->parents.front();
}

absl::Status ChangeBuilder::CompareDeltas(const PlannedEntry& planned, Difference& difference) {
  for (const PathDelta& delta : planned.deltas) {
    absl::StatusOr<FileState> before =
        RecordedState(inputs_.memo, inputs_.projector, inputs_.catalog, undecoded_before_, delta.path, delta.old_mode,
                      delta.old_blob, planned.before);
    if (!before.ok()) return before.status();
    absl::StatusOr<FileState> after = StateAtCommit(planned, delta.path, delta.new_mode, delta.new_blob, *before);
    if (!after.ok()) return after.status();
    difference.AddFile(delta.path, *after);
    difference.AddChanges(*before, *after);
  }
  return absl::OkStatus();
}

// Files that do not decode whole in the state before although the trees agree on them.
absl::Status ChangeBuilder::CompareUndecoded(const PlannedEntry& planned, Difference& difference) {
  if (undecoded_before_.empty() || planned.entry.commit.IsZero()) return absl::OkStatus();
  // A ref that goes, or begins where another stands, shows what was there: nothing.
  if (planned.entry.cause == Cause::kRefDeleted) return absl::OkStatus();
  if (planned.entry.cause == Cause::kRefCreated && planned.entry.birth) return absl::OkStatus();
  absl::flat_hash_set<std::string_view> compared;
  for (const PathDelta& delta : planned.deltas) compared.insert(delta.path);
  absl::StatusOr<const CommitLinks*> links = inputs_.graph.Links(planned.entry.commit);
  if (!links.ok()) return links.status();
  for (const PathId id : undecoded_before_) {
    const std::string_view path = inputs_.catalog.names.Path(id);
    if (compared.contains(path)) continue;
    absl::StatusOr<TreeLeaf> leaf = FindInTree(inputs_.objects, (*links)->tree, path);
    if (!leaf.ok()) return leaf.status();
    absl::StatusOr<bool> may_differ = MayDiffer(planned, id, *leaf);
    if (!may_differ.ok()) return may_differ.status();
    if (!*may_differ) continue;
    absl::StatusOr<FileState> before = RecordedState(inputs_.memo, inputs_.projector, inputs_.catalog,
                                                     undecoded_before_, path, leaf->mode, leaf->blob, planned.before);
    if (!before.ok()) return before.status();
    absl::StatusOr<FileState> after = StateAtCommit(planned, path, leaf->mode, leaf->blob, *before);
    if (!after.ok()) return after.status();
    const size_t changes = difference.drafts.size();
    difference.AddFile(path, *after);
    difference.AddChanges(*before, *after);
    if (difference.drafts.size() > changes || before->outcome != after->outcome) continue;
    difference.files.pop_back();
    difference.texts.pop_back();
  }
  return absl::OkStatus();
}

// What a file holds comes from the first parent, so it may differ where the state before is another commit's. Where it
// is the first parent's, only a blob that was missing and has come since makes a difference.
absl::StatusOr<bool> ChangeBuilder::MayDiffer(const PlannedEntry& planned, PathId path, const TreeLeaf& leaf) {
  const bool is_same_commit = planned.before_commit == planned.entry.commit;
  if (!is_same_commit && FirstParent(planned) != planned.before_commit) return true;
  absl::StatusOr<Holding> holding =
      FindHolding(inputs_.projector.rows(), inputs_.catalog.timelines, path, planned.before);
  if (!holding.ok()) return holding.status();
  if (holding->outcome != static_cast<uint8_t>(Outcome::kMissing)) return false;
  absl::StatusOr<std::optional<ObjectReader::Header>> header = inputs_.objects.ReadHeader(leaf.blob);
  if (!header.ok()) return header.status();
  return header->has_value();
}

absl::StatusOr<FileState> ChangeBuilder::StateAtCommit(const PlannedEntry& planned, std::string_view path,
                                                       FileMode mode, const ObjectId& blob, const FileState& before) {
  absl::StatusOr<FileState> state = DecodedState(inputs_.memo, path, mode, blob);
  if (!state.ok() || !state->IsUndecoded()) return state;
  const std::optional<ObjectId> first_parent = FirstParent(planned);
  if (!first_parent) return state;
  if (*first_parent == planned.before_commit) {
    Hold(before.resources, *state);
    return state;
  }
  absl::StatusOr<FileState> there = StateAtFirstParent(planned, path);
  if (!there.ok()) return there.status();
  Hold(there->resources, *state);
  return state;
}

absl::StatusOr<FileState> ChangeBuilder::StateAtFirstParent(const PlannedEntry& planned, std::string_view path) {
  const ObjectId first_parent = *FirstParent(planned);
  const RepositoryId repository = inputs_.catalog.names.FindRepository(inputs_.repository_name);
  absl::StatusOr<Position> position = inputs_.projector.FirstPosition(repository, first_parent);
  if (!position.ok()) return position.status();
  // Beyond a shallow boundary: the commit counts as a root.
  if (position->timeline.IsNone()) return FileState{};
  absl::StatusOr<const CommitLinks*> links = inputs_.graph.Links(first_parent);
  if (!links.ok()) return links.status();
  absl::StatusOr<TreeLeaf> leaf = FindInTree(inputs_.objects, (*links)->tree, path);
  if (!leaf.ok()) return leaf.status();
  absl::StatusOr<std::vector<PathId>> undecoded = inputs_.projector.UndecodedPaths(*position);
  if (!undecoded.ok()) return undecoded.status();
  return RecordedState(inputs_.memo, inputs_.projector, inputs_.catalog, *undecoded, path, leaf->mode, leaf->blob,
                       *position);
}

}  // namespace setpoint::storage
