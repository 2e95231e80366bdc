#include "storage/ingest/file_state.h"

#include <algorithm>
#include <optional>

#include "storage/base/concat.h"
#include "storage/formats/resource_key.h"
#include "storage/projections/holds.h"

namespace setpoint::storage {

absl::StatusOr<FileState> DecodedState(DecodeMemo& memo, std::string_view path, FileMode mode, const ObjectId& blob) {
  FileState state;
  state.mode = mode;
  state.blob = blob;
  if (mode == FileMode::kAbsent) return state;
  state.memo_key = {blob, ClassifyPath(path, mode)};
  absl::StatusOr<MemoBlob*> decoded = memo.Find(state.memo_key);
  if (!decoded.ok()) return decoded.status();
  state.outcome = (*decoded)->outcome;
  state.reason = (*decoded)->reason;
  const bool is_placeholder = (*decoded)->stands_in && state.IsUndecoded();
  size_t memo_index = 0;
  for (const MemoResource& resource : (*decoded)->resources) {
    state.resources.push_back({.key = ResourceKeyText(path, resource.format, resource.identity),
                               .format = resource.format,
                               .hash = resource.hash,
                               .is_placeholder = is_placeholder,
                               .memo_index = memo_index++});
  }
  return state;
}

void Hold(const std::vector<FileResource>& candidates, FileState& state) {
  std::vector<FileResource> decoded = state.resources;
  std::erase_if(decoded, [](const FileResource& resource) { return resource.is_placeholder; });
  std::vector<FileResource> held;
  for (const FileResource& candidate : candidates) {
    const bool was_decoded = std::any_of(decoded.begin(), decoded.end(), [&candidate](const FileResource& resource) {
      return resource.key == candidate.key;
    });
    if (candidate.is_placeholder || was_decoded) continue;
    held.push_back(candidate);
    held.back().stale = true;
  }
  if (held.empty()) return;
  state.resources = std::move(decoded);
  state.resources.insert(state.resources.end(), held.begin(), held.end());
}

absl::StatusOr<FileState> RecordedState(DecodeMemo& memo, const Projector& projector, const Catalog& catalog,
                                        std::string_view path, FileMode mode, const ObjectId& blob, Position at) {
  absl::StatusOr<FileState> state = DecodedState(memo, path, mode, blob);
  if (!state.ok() || !state->IsUndecoded()) return state;
  const PathId path_id = catalog.names.FindPath(path);
  if (path_id.IsNone()) return state;
  absl::StatusOr<std::vector<HeldResource>> held = FindHeld(projector.rows(), catalog.timelines, path_id, at);
  if (!held.ok()) return held.status();
  std::vector<FileResource> candidates;
  for (const HeldResource& one : *held) {
    const std::optional<Digest> hash = catalog.digests.HashOf(one.content);
    if (!hash) return absl::DataLossError(Concat("what ", path, " holds has no digest; run `setpoint rebuild`"));
    candidates.push_back({.key = std::string(catalog.names.ResourceKey(one.resource)),
                          .format = static_cast<Format>(one.format),
                          .hash = *hash,
                          .stale = true});
  }
  Hold(candidates, *state);
  return state;
}

}  // namespace setpoint::storage
