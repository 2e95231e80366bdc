#include "storage/ingest/commit_facts.h"

#include <utility>

#include "storage/base/concat.h"
#include "storage/git/commit.h"
#include "storage/log/commit_store.h"

namespace setpoint::storage {

RepositoryId RepositoryOf(const Catalog& catalog, const Entry& entry) {
  if (!entry.birth) {
    const std::optional<Timeline> timeline = catalog.timelines.Find(entry.timeline);
    return timeline ? timeline->repository : RepositoryId();
  }
  const RepositoryId known = catalog.names.FindRepository(entry.birth->repository);
  return known.IsNone() ? RepositoryId(catalog.names.repository_count() + 1) : known;
}

absl::StatusOr<std::optional<CommitFacts>> ReadCommitFacts(const RowReader& rows, const Catalog& catalog,
                                                           const Entry& entry) {
  if (entry.timeline.IsNone() || entry.commit.IsZero()) return std::nullopt;
  absl::StatusOr<std::optional<StoredObject>> object = ReadObject(rows, RepositoryOf(catalog, entry), entry.commit);
  if (!object.ok()) return object.status();
  if (!object->has_value()) {
    return absl::DataLossError(Concat("commit ", entry.commit.Hex(), " is not in the store"));
  }
  absl::StatusOr<CommitLinks> links = ParseCommitLinks((*object)->bytes);
  if (!links.ok()) return links.status();
  return CommitFacts{std::move(links->parents), links->committed};
}

}  // namespace setpoint::storage
