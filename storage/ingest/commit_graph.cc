#include "storage/ingest/commit_graph.h"

#include <memory>
#include <optional>
#include <utility>

#include "storage/base/concat.h"
#include "storage/log/commit_store.h"

namespace setpoint::storage {

absl::StatusOr<RawObject> CommitGraph::Raw(const ObjectId& object) {
  if (auto kept = kept_.extract(object); !kept.empty()) {
    kept_bytes_ -= kept.mapped().size();
    return RawObject{ObjectType::kCommit, std::move(kept.mapped())};
  }
  return Read(object);
}

absl::StatusOr<RawObject> CommitGraph::Read(const ObjectId& object) {
  absl::StatusOr<std::optional<RawObject>> from_mirror = objects_.Read(object);
  if (!from_mirror.ok()) return from_mirror.status();
  if (from_mirror->has_value()) return **std::move(from_mirror);
  if (!repository_.IsNone()) {
    absl::StatusOr<std::optional<StoredObject>> stored = ReadObject(rows_, repository_, object);
    if (!stored.ok()) return stored.status();
    if (stored->has_value()) {
      const ObjectType type = (*stored)->type == StoredObjectType::kTag ? ObjectType::kTag : ObjectType::kCommit;
      return RawObject{type, std::move((*stored)->bytes)};
    }
  }
  return absl::NotFoundError(Concat("object ", object.Hex(), " is missing from the source"));
}

absl::StatusOr<const CommitLinks*> CommitGraph::Links(const ObjectId& commit) {
  std::unique_ptr<CommitLinks>& kept = links_[commit];
  if (kept != nullptr) return kept.get();
  absl::StatusOr<RawObject> raw = Read(commit);
  if (!raw.ok()) return raw.status();
  if (raw->type != ObjectType::kCommit) {
    return absl::DataLossError(Concat("object ", commit.Hex(), " is no commit"));
  }
  absl::StatusOr<CommitLinks> links = ParseCommitLinks(raw->bytes);
  if (!links.ok()) return links.status();
  if (boundary_.contains(commit)) links->parents.clear();
  // Read may not have touched links_: the reference still holds.
  kept = std::make_unique<CommitLinks>(*std::move(links));
  if (kept_bytes_ + raw->bytes.size() <= kKeptBytesMax) {
    kept_bytes_ += raw->bytes.size();
    kept_.emplace(commit, std::move(raw->bytes));
  }
  return kept.get();
}

}  // namespace setpoint::storage
