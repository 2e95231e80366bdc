#include "storage/ingest/change_builder.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "storage/formats/resource_key.h"
#include "storage/ingest/directory_sharers.h"
#include "storage/ingest/tree_lookup.h"
#include "storage/projections/holds.h"

namespace setpoint::storage {
absl::StatusOr<BuiltEntry> ChangeBuilder::Build(PlannedEntry& planned) {
  if (planned.entry.cause == Cause::kRedecoded) return inputs_.redecoder.Build(planned);
  EntryDifference difference;
  absl::StatusOr<std::vector<PathId>> undecoded = inputs_.projector.UndecodedPaths(planned.before);
  if (!undecoded.ok()) return undecoded.status();
  undecoded_before_ = *std::move(undecoded);
  if (absl::Status status = CompareDeltas(planned, difference); !status.ok()) return status;
  if (absl::Status status = CompareUndecoded(planned, difference); !status.ok()) return status;
  if (absl::Status status = CompareTemplates(planned, difference); !status.ok()) return status;
  if (absl::Status status = SettleDirectories(planned, difference); !status.ok()) return status;
  return difference.Finish(std::move(planned.entry));
}

std::optional<ObjectId> ChangeBuilder::FirstParent(const PlannedEntry& planned) {
  if (planned.entry.commit.IsZero() || !planned.facts || planned.facts->parents.empty()) return std::nullopt;
  return planned.facts->parents.front();
}

// Files of one directory number their resources together.
absl::Status ChangeBuilder::SettleDirectories(const PlannedEntry& planned, EntryDifference& difference) {
  DirectorySharers sharers({.catalog = inputs_.catalog,
                            .projector = inputs_.projector,
                            .memo = inputs_.memo,
                            .graph = inputs_.graph,
                            .objects = inputs_.objects,
                            .planned = planned,
                            .undecoded_before = undecoded_before_});
  if (absl::Status status = sharers.AddTo(difference); !status.ok()) return status;
  difference.Settle();
  return difference.JoinMoves(
      [&](std::string_view path, std::string_view identity) -> absl::StatusOr<std::optional<std::string>> {
        const std::string key = ResourceKeyText(path, Format::kTerraform, identity);
        absl::StatusOr<std::optional<ContentSource>> source = difference.FindDecoded(key);
        if (!source->has_value()) source = sharers.FindMovedBlock(key, difference);
        if (!source.ok()) return source.status();
        if (!source->has_value()) return std::nullopt;
        return inputs_.memo.Content((*source)->key, (*source)->memo_index);
      });
}

absl::Status ChangeBuilder::CompareDeltas(const PlannedEntry& planned, EntryDifference& difference) {
  for (const PathDelta& delta : planned.deltas) {
    absl::StatusOr<FileState> before =
        RecordedState(inputs_.memo, inputs_.projector.rows(), inputs_.catalog, undecoded_before_, delta.path,
                      delta.old_mode, delta.old_blob, planned.before);
    if (!before.ok()) return before.status();
    absl::StatusOr<FileState> after = StateAtCommit(planned, delta.path, delta.new_mode, delta.new_blob, *before);
    if (!after.ok()) return after.status();
    difference.Add(delta.path, *before, *after, EntryDifference::Unchanged::kKeepFile);
  }
  return absl::OkStatus();
}

// Files that do not decode whole in the state before although the trees agree on them.
absl::Status ChangeBuilder::CompareUndecoded(const PlannedEntry& planned, EntryDifference& difference) {
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
    if (absl::Status status = CompareAgreed(planned, path, *leaf, difference); !status.ok()) return status;
  }
  return absl::OkStatus();
}

// A file on which the trees agree.
absl::Status ChangeBuilder::CompareAgreed(const PlannedEntry& planned, std::string_view path, const TreeLeaf& leaf,
                                          EntryDifference& difference) {
  absl::StatusOr<FileState> before = RecordedState(inputs_.memo, inputs_.projector.rows(), inputs_.catalog,
                                                   undecoded_before_, path, leaf.mode, leaf.blob, planned.before);
  if (!before.ok()) return before.status();
  absl::StatusOr<FileState> after = StateAtCommit(planned, path, leaf.mode, leaf.blob, *before);
  if (!after.ok()) return after.status();
  const bool is_same_outcome = before->outcome == after->outcome;
  difference.Add(path, *before, *after,
                 is_same_outcome ? EntryDifference::Unchanged::kDropFile : EntryDifference::Unchanged::kKeepFile);
  return absl::OkStatus();
}

// A text that does not parse is a template, or counts as not decoded, by what the first parent has. So where the state
// before is another commit's and has it as a template, it may differ although the trees agree on it.
absl::Status ChangeBuilder::CompareTemplates(const PlannedEntry& planned, EntryDifference& difference) {
  const std::optional<ObjectId> first_parent = FirstParent(planned);
  const bool is_same_commit = planned.before_commit == planned.entry.commit;
  if (!first_parent || is_same_commit || *first_parent == planned.before_commit) return absl::OkStatus();
  template_paths_.Update();
  if (template_paths_.empty()) return absl::OkStatus();
  absl::StatusOr<std::vector<std::string>> suspects = SuspectedTemplates(planned, *first_parent);
  if (!suspects.ok()) return suspects.status();
  if (suspects->empty()) return absl::OkStatus();
  absl::flat_hash_set<std::string_view> compared;
  for (const PathDelta& delta : planned.deltas) compared.insert(delta.path);
  for (const PathId id : undecoded_before_) compared.insert(inputs_.catalog.names.Path(id));
  absl::StatusOr<const CommitLinks*> links = inputs_.graph.Links(planned.entry.commit);
  if (!links.ok()) return links.status();
  for (const std::string& path : *suspects) {
    if (!template_paths_.Contains(path) || !compared.insert(path).second) continue;
    absl::StatusOr<TreeLeaf> leaf = FindInTree(inputs_.objects, (*links)->tree, path);
    if (!leaf.ok()) return leaf.status();
    if (leaf->mode == FileMode::kAbsent) continue;
    if (absl::Status status = CompareAgreed(planned, path, *leaf, difference); !status.ok()) return status;
  }
  return absl::OkStatus();
}

// The paths of which the first parent has another text, or holds something: all that its state can refuse a template
// at. Where that state is to be decoded again, what it holds is not known yet.
absl::StatusOr<std::vector<std::string>> ChangeBuilder::SuspectedTemplates(const PlannedEntry& planned,
                                                                           const ObjectId& first_parent) {
  std::vector<std::string> suspects;
  const RepositoryId repository = inputs_.catalog.names.FindRepository(inputs_.repository_name);
  absl::StatusOr<Position> position = inputs_.projector.FirstPosition(repository, first_parent);
  if (!position.ok()) return position.status();
  if (position->timeline.IsNone()) return suspects;  // Beyond a shallow boundary: the commit counts as a root.
  absl::StatusOr<bool> is_older = inputs_.redecoder.IsOlder(*position);
  if (!is_older.ok()) return is_older.status();
  if (*is_older) {
    for (uint32_t id = 1; id <= inputs_.catalog.names.path_count(); ++id) {
      suspects.emplace_back(inputs_.catalog.names.Path(PathId(id)));
    }
    return suspects;
  }
  absl::StatusOr<const CommitLinks*> there = inputs_.graph.Links(first_parent);
  if (!there.ok()) return there.status();
  absl::StatusOr<const CommitLinks*> here = inputs_.graph.Links(planned.entry.commit);
  if (!here.ok()) return here.status();
  absl::StatusOr<std::vector<PathDelta>> deltas = differ_.Diff((*there)->tree, (*here)->tree);
  if (!deltas.ok()) return deltas.status();
  for (PathDelta& delta : *deltas) suspects.push_back(std::move(delta.path));
  absl::StatusOr<std::vector<PathId>> undecoded = inputs_.projector.UndecodedPaths(*position);
  if (!undecoded.ok()) return undecoded.status();
  for (const PathId id : *undecoded) suspects.emplace_back(inputs_.catalog.names.Path(id));
  return suspects;
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
  if (!state.ok() || !state->MayHold()) return state;
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
  absl::StatusOr<bool> is_older = inputs_.redecoder.IsOlder(*position);
  if (!is_older.ok()) return is_older.status();
  if (*is_older) return inputs_.redecoder.StateAt(repository, first_parent, path, Revision(planned.revision.value - 1));
  absl::StatusOr<const CommitLinks*> links = inputs_.graph.Links(first_parent);
  if (!links.ok()) return links.status();
  absl::StatusOr<TreeLeaf> leaf = FindInTree(inputs_.objects, (*links)->tree, path);
  if (!leaf.ok()) return leaf.status();
  absl::StatusOr<std::vector<PathId>> undecoded = inputs_.projector.UndecodedPaths(*position);
  if (!undecoded.ok()) return undecoded.status();
  return RecordedState(inputs_.memo, inputs_.projector.rows(), inputs_.catalog, *undecoded, path, leaf->mode,
                       leaf->blob, *position);
}

}  // namespace setpoint::storage
