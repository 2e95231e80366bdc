#include "server/follow/sources.h"

#include <array>
#include <map>
#include <string>
#include <utility>

#include "storage/base/concat.h"

namespace setpoint::server {

using storage::RepositorySettings;

namespace {

// Where forges keep the heads of requests: GitHub and Gitea, GitLab.
constexpr std::array<const char*, 2> kRequestHeads = {"refs/pull/*/head", "refs/merge-requests/*/head"};

RepositorySettings StoredSettings(const FollowedRepository& repository) {
  RepositorySettings settings = repository;
  if (repository.pull_requests) {
    settings.pointing_patterns.insert(settings.pointing_patterns.end(), kRequestHeads.begin(), kRequestHeads.end());
  }
  return settings;
}

}  // namespace

absl::StatusOr<std::vector<RepositorySettings>> FollowedSources(const storage::RowReader& rows,
                                                                const std::vector<FollowedRepository>& started_with) {
  auto registered = storage::ListRepositorySettings(rows);
  if (!registered.ok()) return registered.status();
  std::map<std::string, RepositorySettings> followed;
  for (const FollowedRepository& repository : started_with) {
    const RepositorySettings settings = StoredSettings(repository);
    const auto [same, is_new] = followed.emplace(settings.name, settings);
    if (is_new || same->second.source == settings.source) continue;
    return absl::InvalidArgumentError(storage::Concat("two sources would be called '", settings.name,
                                                      "'; ingest one of them under another --name first"));
  }
  for (RepositorySettings& settings : *registered) followed.emplace(settings.name, std::move(settings));
  std::vector<RepositorySettings> sources;
  sources.reserve(followed.size());
  for (auto& [name, settings] : followed) sources.push_back(std::move(settings));
  return sources;
}

}  // namespace setpoint::server
