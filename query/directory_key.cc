#include "query/directory_key.h"

#include <optional>

#include "query/version_lookup.h"
#include "storage/formats/format.h"
#include "storage/formats/resource_key.h"

namespace setpoint::query {
absl::StatusOr<std::string> IdentityInFile(const View& view, storage::Position position,
                                           const storage::Version& version) {
  const std::string_view key = view.catalog.names.ResourceKey(version.resource);
  const storage::KeyParts parts = storage::SplitKey(key);
  const storage::OrdinalParts whole = storage::SplitOrdinal(key);
  if (!storage::IsDirectoryScope(parts.scope) || whole.ordinal == 1) return std::string(parts.identity);
  uint32_t in_file = 1;
  for (uint32_t ordinal = 1; ordinal < whole.ordinal; ++ordinal) {
    auto other = FindAlive(view, position, storage::WithOrdinal(whole.base, ordinal));
    if (!other.ok()) return other.status();
    if (other->has_value() && (*other)->path == version.path) ++in_file;
  }
  return storage::WithOrdinal(storage::SplitKey(whole.base).identity, in_file);
}

absl::StatusOr<std::string> KeyInDirectory(const View& view, storage::Position position, std::string_view path,
                                           std::string_view key_in_file) {
  if (!storage::IsDirectoryScope(storage::SplitKey(key_in_file).scope)) return std::string(key_in_file);
  const storage::OrdinalParts wanted = storage::SplitOrdinal(key_in_file);
  uint32_t left = wanted.ordinal;
  for (uint32_t ordinal = 1;; ++ordinal) {
    std::string key = storage::WithOrdinal(wanted.base, ordinal);
    auto version = FindAlive(view, position, key);
    if (!version.ok()) return version.status();
    if (!version->has_value()) return std::string(key_in_file);
    if (view.catalog.names.Path((*version)->path) == path && --left == 0) return key;
  }
}

}  // namespace setpoint::query
