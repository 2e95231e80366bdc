#include "query/status.h"

#include "query/view.h"
#include "storage/engine/family.h"

namespace setpoint::query {

absl::StatusOr<StoreStatus> ReadStatus(const storage::Database& database) { return ReadStatus(View(database)); }

absl::StatusOr<StoreStatus> ReadStatus(const View& view) {
  auto repositories = ListRepositories(view);
  if (!repositories.ok()) return repositories.status();
  StoreStatus status;
  status.applied = view.applied;
  status.repositories = *std::move(repositories);
  for (const RepositoryItem& each : status.repositories) status.timelines += each.owned_refs + each.anonymous_timelines;
  if (view.disclosure.scopes != nullptr) return status;
  status.paths = view.catalog.names.path_count();
  status.resources = view.catalog.names.resource_count();
  for (const storage::FamilyInfo& family : storage::kFamilies) {
    const uint64_t bytes = view.database.store->FamilyBytes(family.family);
    status.family_bytes.emplace_back(family.name, bytes);
    status.bytes += bytes;
  }
  return status;
}

}  // namespace setpoint::query
