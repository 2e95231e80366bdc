#include "query/get.h"

#include "query/errors.h"
#include "storage/base/concat.h"

namespace setpoint::query {

absl::StatusOr<storage::Version> GetResource(const View& view, storage::Position position, std::string_view key) {
  const storage::Names& names = view.catalog.names;
  const storage::ResourceId resource = names.FindResource(key);
  if (resource.IsNone()) {
    return NotFound(reason::kUnknownResource,
                    storage::Concat("no resource ", key, " ever was; `setpoint list -o name` shows the keys"));
  }
  auto version = storage::FindVersion(view.rows, view.catalog.timelines, resource, position);
  if (!version.ok()) return version.status();
  if (!version->has_value()) {
    return NotFound(reason::kUnknownResource, storage::Concat("there is no resource ", key, " at that position"));
  }
  if ((*version)->IsAlive()) return **version;
  const std::string since = storage::Concat(" at r", (*version)->position.revision.value);
  if (!(*version)->moved_to.IsNone()) {
    return NotFound(reason::kUnknownResource,
                    storage::Concat(key, " moved to ", names.ResourceKey((*version)->moved_to), since));
  }
  return NotFound(reason::kUnknownResource,
                  storage::Concat(key, " was deleted", since, "; `setpoint history '", key, "'` shows its versions"));
}

}  // namespace setpoint::query
