#include "query/status.h"

#include "query/view.h"
#include "storage/engine/family.h"

namespace setpoint::query {

absl::StatusOr<StoreStatus> ReadStatus(const storage::Database& database) {
  const View view(database);
  auto repositories = ListRepositories(view);
  if (!repositories.ok()) return repositories.status();
  StoreStatus status;
  status.applied = view.applied;
  status.repositories = *std::move(repositories);
  for (const RepositoryItem& each : status.repositories) status.timelines += each.owned_refs + each.anonymous_timelines;
  status.paths = view.catalog.names.path_count();
  status.resources = view.catalog.names.resource_count();
  for (const storage::FamilyInfo& family : storage::kFamilies) {
    const uint64_t bytes = database.store->FamilyBytes(family.family);
    status.family_bytes.emplace_back(family.name, bytes);
    status.bytes += bytes;
  }
  return status;
}

}  // namespace setpoint::query
