#include "storage/ingest/file_state.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "storage/base/concat.h"
#include "storage/formats/resource_key.h"
#include "storage/ingest/directory_numbers.h"
#include "storage/projections/holds.h"

namespace setpoint::storage {

namespace {

FileState StateOf(const MemoBlob& decoded, std::string_view path, FileMode mode, const BlobKey& key) {
  FileState state;
  state.mode = mode;
  state.blob = key.blob;
  state.memo_key = key;
  state.outcome = decoded.outcome;
  state.reason = decoded.reason;
  const bool is_placeholder = decoded.stands_in && state.IsUndecoded();
  size_t memo_index = 0;
  for (const MemoResource& resource : decoded.resources) {
    state.resources.push_back({.key = ResourceKeyText(path, resource.format, resource.identity),
                               .format = resource.format,
                               .hash = resource.hash,
                               .is_placeholder = is_placeholder,
                               .memo_index = memo_index++});
  }
  return state;
}

bool IsTemplate(const FileResource& resource) {
  if (resource.format != Format::kHelm || resource.is_placeholder) return false;
  return ParseIdentity(resource.format, SplitKey(resource.key).identity).kind == "Template";
}

bool IsOfNamedFormat(const FileResource& resource) {
  return resource.format != Format::kFile && resource.format != Format::kData && !IsTemplate(resource);
}

bool Has(const std::vector<FileResource>& resources, const FileResource& wanted) {
  return std::any_of(resources.begin(), resources.end(),
                     [&wanted](const FileResource& resource) { return resource.key == wanted.key; });
}

bool HasOrdinals(const std::vector<FileResource>& resources) {
  return std::any_of(resources.begin(), resources.end(), [](const FileResource& resource) {
    return IsOfDirectory(resource) && SplitOrdinal(resource.key).ordinal != 1;
  });
}

// Resources of one file with the ordinals that they have in it alone.
std::vector<FileResource> InFile(std::vector<FileResource> resources) {
  if (HasOrdinals(resources)) NumberInDirectory({{std::string_view(), &resources}});
  return resources;
}

// Takes the templates of a file that may hold and is no template for what its first parent has.
void RefuseTemplates(const std::vector<FileResource>& candidates, FileState& state) {
  if (!state.MayHold()) return;
  const bool loses_any = std::any_of(candidates.begin(), candidates.end(), [&state](const FileResource& candidate) {
    return IsOfNamedFormat(candidate) && !Has(state.resources, candidate);
  });
  const bool is_only_template = std::all_of(state.resources.begin(), state.resources.end(), IsTemplate);
  const bool was_template = std::any_of(candidates.begin(), candidates.end(), IsTemplate);
  if (!loses_any || (!is_only_template && was_template)) return;
  bool has_refused = false;
  for (FileResource& resource : state.resources) {
    if (!IsTemplate(resource)) continue;
    resource.is_placeholder = true;
    has_refused = true;
  }
  if (has_refused) state.outcome = is_only_template ? Outcome::kFailed : Outcome::kPartly;
}

}  // namespace

bool FileState::MayHold() const {
  return IsUndecoded() || (!reason.empty() && std::any_of(resources.begin(), resources.end(), IsTemplate));
}

FileState MissingState(const DecodeMemo& memo, std::string_view path, FileMode mode, const ObjectId& blob) {
  DecodeTask task;
  task.key = memo.KeyOf(path, mode, blob);
  task.missing = true;
  DecodeBlob(task, memo.decoder());
  return StateOf(MakeMemoBlob(task), path, mode, task.key);
}

absl::StatusOr<FileState> DecodedState(DecodeMemo& memo, std::string_view path, FileMode mode, const ObjectId& blob) {
  if (mode == FileMode::kAbsent) return FileState{};
  const BlobKey key = memo.KeyOf(path, mode, blob);
  absl::StatusOr<const MemoBlob*> decoded = memo.Find(key);
  if (!decoded.ok()) return decoded.status();
  return StateOf(**decoded, path, mode, key);
}

bool IsOfDirectory(const FileResource& resource) {
  return resource.format == Format::kTerraform && IsDirectoryScope(SplitKey(resource.key).scope);
}

void SortByOrdinal(std::vector<FileResource>& resources) {
  if (!HasOrdinals(resources)) return;
  std::sort(resources.begin(), resources.end(), [](const FileResource& a, const FileResource& b) {
    const OrdinalParts of_a = SplitOrdinal(a.key);
    const OrdinalParts of_b = SplitOrdinal(b.key);
    return std::pair(of_a.base, of_a.ordinal) < std::pair(of_b.base, of_b.ordinal);
  });
}

void Hold(const std::vector<FileResource>& of_first_parent, FileState& state) {
  if (!state.MayHold()) return;
  const std::vector<FileResource> candidates = InFile(of_first_parent);
  RefuseTemplates(candidates, state);
  if (!state.IsUndecoded()) return;
  std::vector<FileResource> decoded = state.resources;
  std::erase_if(decoded, [](const FileResource& resource) { return resource.is_placeholder; });
  std::vector<FileResource> held;
  for (const FileResource& candidate : candidates) {
    if (candidate.is_placeholder || Has(decoded, candidate)) continue;
    held.push_back(candidate);
    held.back().stale = true;
  }
  if (held.empty()) return;
  state.resources = std::move(decoded);
  state.resources.insert(state.resources.end(), held.begin(), held.end());
}

absl::StatusOr<FileState> RecordedState(DecodeMemo& memo, const RowReader& rows, const Catalog& catalog,
                                        const std::vector<PathId>& undecoded, std::string_view path, FileMode mode,
                                        const ObjectId& blob, Position at) {
  const PathId path_id = catalog.names.FindPath(path);
  if (!std::binary_search(undecoded.begin(), undecoded.end(), path_id)) return DecodedState(memo, path, mode, blob);
  absl::StatusOr<Holding> holding = FindHolding(rows, catalog.timelines, path_id, at);
  if (!holding.ok()) return holding.status();
  const bool was_missing = holding->outcome == static_cast<uint8_t>(Outcome::kMissing);
  absl::StatusOr<FileState> state =
      was_missing ? MissingState(memo, path, mode, blob) : DecodedState(memo, path, mode, blob);
  if (!state.ok()) return state;
  std::vector<FileResource> candidates;
  for (const HeldResource& one : holding->held) {
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
