#include "query/repository.h"

#include <algorithm>

#include "absl/strings/str_join.h"
#include "query/errors.h"
#include "query/visibility.h"
#include "storage/base/concat.h"
#include "storage/projections/repository_settings.h"

namespace setpoint::query {
namespace {

// Why no entry names a repository: it is registered and empty, or nobody knows it.
absl::Status Unknown(const View& view, std::string_view name) {
  auto settings = storage::ListRepositorySettings(view.rows);
  if (!settings.ok()) return settings.status();
  const auto registered =
      std::find_if(settings->begin(), settings->end(), [&](const storage::RepositorySettings& each) {
        return (name.empty() || each.name == name) && SeesRepository(view, each.name);
      });
  if (registered != settings->end()) {
    return NotFound(reason::kUnknownRepository,
                    storage::Concat("repository ", registered->name,
                                    " is registered, but nothing of it is ingested yet; run `setpoint ingest`"));
  }
  if (RepositoryNames(view).empty()) {
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
    const std::string_view name = view.catalog.names.RepositoryName(storage::RepositoryId(id));
    if (SeesRepository(view, name)) names.emplace_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

absl::StatusOr<storage::RepositoryId> FindRepository(const View& view, std::string_view name) {
  if (name.empty()) {
    const std::vector<std::string> names = RepositoryNames(view);
    if (names.size() == 1) return view.catalog.names.FindRepository(names.front());
    if (names.empty()) return Unknown(view, name);
    return InvalidArgument(reason::kRepositoryNeeded,
                           storage::Concat("the store has ", names.size(),
                                           " repositories; say which with --repo: ", absl::StrJoin(names, ", ")));
  }
  const storage::RepositoryId id = view.catalog.names.FindRepository(name);
  if (id.IsNone() || !SeesRepository(view, name)) return Unknown(view, name);
  return id;
}

absl::StatusOr<storage::Timeline> DefaultTimeline(const View& view, storage::RepositoryId repository) {
  auto timeline = view.catalog.timelines.FindDefault(repository);
  if (timeline && SeesRef(view, repository, timeline->ref)) return *std::move(timeline);
  return NotFound(reason::kUnknownPosition,
                  storage::Concat("repository ", view.catalog.names.RepositoryName(repository), " has no branch yet"));
}

}  // namespace setpoint::query
