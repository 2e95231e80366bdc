// What the projector must know of an entry's commit, from the store's own objects.
#pragma once

#include <optional>

#include "absl/status/statusor.h"
#include "storage/engine/store.h"
#include "storage/log/entry.h"
#include "storage/projections/catalog.h"
#include "storage/projections/projector.h"

namespace setpoint::storage {

// The number that the repository of an entry with a timeline has, or gets with the entry if that names it first.
RepositoryId RepositoryOf(const Catalog& catalog, const Entry& entry);

// Nothing where the entry has no commit. `catalog` stands right before the entry. kDataLoss where the commit is not in
// the store or is malformed.
absl::StatusOr<std::optional<CommitFacts>> ReadCommitFacts(const RowReader& rows, const Catalog& catalog,
                                                           const Entry& entry);

}  // namespace setpoint::storage
