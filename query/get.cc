#include "query/get.h"

#include <optional>

#include "query/errors.h"
#include "query/visibility.h"
#include "storage/base/concat.h"

namespace setpoint::query {

absl::StatusOr<storage::Version> GetResource(const View& view, storage::Position position, std::string_view key) {
  const storage::Names& names = view.catalog.names;
  const VisiblePaths visible = PathsAt(view, position);
  const storage::ResourceId resource = names.FindResource(key);
  // Who does not see everything is not told whether it ever was.
  if (resource.IsNone() && visible.IsAll()) {
    return NotFound(reason::kUnknownResource,
                    storage::Concat("no resource ", key, " ever was; `setpoint list -o name` shows the keys"));
  }
  absl::StatusOr<std::optional<storage::Version>> version = std::optional<storage::Version>();
  if (!resource.IsNone()) version = storage::FindVersion(view.rows, view.catalog.timelines, resource, position);
  if (!version.ok()) return version.status();
  if (!version->has_value() || !visible.Sees(names.Path((*version)->path))) {
    return NotFound(reason::kUnknownResource, storage::Concat("there is no resource ", key, " at that position"));
  }
  if ((*version)->IsAlive()) return **version;
  const std::string since = storage::Concat(" at r", (*version)->position.revision.value);
  if (!(*version)->moved_to.IsNone() && visible.SeesKey(names.ResourceKey((*version)->moved_to))) {
    return NotFound(reason::kUnknownResource,
                    storage::Concat(key, " moved to ", names.ResourceKey((*version)->moved_to), since));
  }
  return NotFound(reason::kUnknownResource,
                  storage::Concat(key, " was deleted", since, "; `setpoint history '", key, "'` shows its versions"));
}

}  // namespace setpoint::query
