#include "storage/ingest/directory_sharers.h"

#include <optional>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "storage/formats/resource_key.h"
#include "storage/ingest/tree_lookup.h"

namespace setpoint::storage {

absl::Status DirectorySharers::AddTo(EntryDifference& difference) {
  if (inputs_.planned.before.timeline.IsNone()) return absl::OkStatus();
  absl::flat_hash_set<std::string> asked;
  // What a file brings in may be shared with further ones.
  for (std::vector<SharedIdentity> next = difference.TakeIdentities(); !next.empty();
       next = difference.TakeIdentities()) {
    for (const SharedIdentity& identity : next) {
      const Names& names = inputs_.catalog.names;
      if (names.FindResource(identity.base).IsNone() || !asked.insert(identity.base).second) continue;
      // Where there never was a second one, it stood in this file alone.
      if (identity.was_there && names.FindResource(WithOrdinal(identity.base, 2)).IsNone()) continue;
      if (absl::Status status = AddHolders(identity.base, difference); !status.ok()) return status;
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<const Version*> DirectorySharers::VersionOf(std::string_view key) {
  const ResourceId resource = inputs_.catalog.names.FindResource(key);
  if (resource.IsNone()) return nullptr;
  absl::StatusOr<const Version*> version = inputs_.projector.VersionAt(resource, inputs_.planned.before);
  if (!version.ok() || *version == nullptr || (*version)->IsAlive()) return version;
  return nullptr;
}

// Every file that had one of this identity in the state before.
absl::Status DirectorySharers::AddHolders(std::string_view base, EntryDifference& difference) {
  for (uint32_t ordinal = 1;; ++ordinal) {
    absl::StatusOr<const Version*> version = VersionOf(WithOrdinal(base, ordinal));
    if (!version.ok()) return version.status();
    if (*version == nullptr) return absl::OkStatus();
    const std::string_view path = inputs_.catalog.names.Path((*version)->path);
    if (difference.HasFile(path)) continue;
    if (absl::Status status = AddFile(path, difference); !status.ok()) return status;
  }
}

absl::StatusOr<FileState> DirectorySharers::StateOf(std::string_view path) {
  absl::StatusOr<const CommitLinks*> links = inputs_.graph.Links(inputs_.planned.entry.commit);
  if (!links.ok()) return links.status();
  absl::StatusOr<TreeLeaf> leaf = FindInTree(inputs_.objects, (*links)->tree, path);
  if (!leaf.ok()) return leaf.status();
  return RecordedState(inputs_.memo, inputs_.projector.rows(), inputs_.catalog, inputs_.undecoded_before, path,
                       leaf->mode, leaf->blob, inputs_.planned.before);
}

// The trees agree on it, and so do the states but for ordinals.
absl::Status DirectorySharers::AddFile(std::string_view path, EntryDifference& difference) {
  absl::StatusOr<FileState> state = StateOf(path);
  if (!state.ok()) return state.status();
  difference.Add(path, *state, *state, EntryDifference::Unchanged::kDropFile);
  return absl::OkStatus();
}

absl::StatusOr<std::optional<ContentSource>> DirectorySharers::FindMovedBlock(std::string_view key,
                                                                              const EntryDifference& difference) {
  if (inputs_.planned.before.timeline.IsNone() || inputs_.planned.entry.commit.IsZero()) return std::nullopt;
  absl::StatusOr<const Version*> version = VersionOf(key);
  if (!version.ok()) return version.status();
  if (*version == nullptr || (*version)->stale) return std::nullopt;
  const std::string path(inputs_.catalog.names.Path((*version)->path));
  if (difference.HasFile(path)) return std::nullopt;
  absl::StatusOr<FileState> state = StateOf(path);
  if (!state.ok()) return state.status();
  for (const FileResource& resource : state->resources) {
    if (resource.key == key && !resource.stale) return ContentSource{state->memo_key, resource.memo_index};
  }
  return std::nullopt;
}

}  // namespace setpoint::storage
