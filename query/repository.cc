#include "query/repository.h"

#include <algorithm>

#include "absl/strings/str_join.h"
#include "query/errors.h"
#include "storage/base/concat.h"
#include "storage/projections/repository_settings.h"

namespace setpoint::query {
namespace {

// Why no entry names a repository: it is registered and empty, or nobody knows it.
absl::Status Unknown(const View& view, std::string_view name) {
  auto settings = storage::ListRepositorySettings(view.rows);
  if (!settings.ok()) return settings.status();
  const bool registered = std::any_of(settings->begin(), settings->end(), [&](const storage::RepositorySettings& each) {
    return name.empty() || each.name == name;
  });
  if (registered) {
    return NotFound(reason::kUnknownRepository,
                    storage::Concat("repository ", name.empty() ? settings->front().name : std::string(name),
                                    " is registered, but nothing of it is ingested yet; run `setpoint ingest`"));
  }
  if (view.catalog.names.repository_count() == 0) {
    return NotFound(reason::kUnknownRepository,
                    "the store has no repository yet; run `setpoint ingest SOURCE` with a path or URL");
  }
  return NotFound(reason::kUnknownRepository, storage::Concat("no repository is named '", name, "'; there is ",
                                                              absl::StrJoin(RepositoryNames(view), ", ")));
}

}  // namespace

std::vector<std::string> RepositoryNames(const View& view) {
  std::vector<std::string> names;
  for (uint32_t id = 1; id <= view.catalog.names.repository_count(); ++id) {
    names.emplace_back(view.catalog.names.RepositoryName(storage::RepositoryId(id)));
  }
  std::sort(names.begin(), names.end());
  return names;
}

absl::StatusOr<storage::RepositoryId> FindRepository(const View& view, std::string_view name) {
  const storage::Names& names = view.catalog.names;
  if (name.empty()) {
    if (names.repository_count() == 1) return storage::RepositoryId(1);
    if (names.repository_count() == 0) return Unknown(view, name);
    return InvalidArgument(reason::kRepositoryNeeded, storage::Concat("the store has ", names.repository_count(),
                                                                      " repositories; say which with "
                                                                      "--repo: ",
                                                                      absl::StrJoin(RepositoryNames(view), ", ")));
  }
  const storage::RepositoryId id = names.FindRepository(name);
  if (id.IsNone()) return Unknown(view, name);
  return id;
}

absl::StatusOr<storage::Timeline> DefaultTimeline(const View& view, storage::RepositoryId repository) {
  auto timeline = view.catalog.timelines.FindDefault(repository);
  if (timeline) return *std::move(timeline);
  return NotFound(reason::kUnknownPosition,
                  storage::Concat("repository ", view.catalog.names.RepositoryName(repository), " has no branch yet"));
}

}  // namespace setpoint::query
