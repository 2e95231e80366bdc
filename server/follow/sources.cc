#include "server/follow/sources.h"

#include <algorithm>
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

}  // namespace

FollowedRepository AsStored(FollowedRepository repository) {
  if (repository.environment_texts.has_value()) {
    repository.environments.clear();
    for (const std::string& text : *repository.environment_texts) {
      repository.environments.push_back(*storage::ParseEnvironment(text));
    }
    std::sort(repository.environments.begin(), repository.environments.end(),
              [](const storage::Environment& a, const storage::Environment& b) { return a.name < b.name; });
  }
  if (repository.signature_key_texts.has_value()) {
    repository.signature_keys.clear();
    for (const std::string& text : *repository.signature_key_texts) {
      repository.signature_keys.push_back(*storage::ParseSignatureKeyFile(text));
    }
  }
  if (!std::exchange(repository.pull_requests, false)) return repository;
  repository.pointing_patterns.insert(repository.pointing_patterns.end(), kRequestHeads.begin(), kRequestHeads.end());
  return repository;
}

void KeepWhatIsNotGiven(const RepositorySettings& known, FollowedRepository& repository) {
  if (!repository.environment_texts.has_value()) repository.environments = known.environments;
  if (!repository.signature_key_texts.has_value()) repository.signature_keys = known.signature_keys;
}

absl::StatusOr<std::vector<FollowedRepository>> FollowedSources(const storage::RowReader& rows,
                                                                const std::vector<FollowedRepository>& started_with) {
  auto registered = storage::ListRepositorySettings(rows);
  if (!registered.ok()) return registered.status();
  std::map<std::string, FollowedRepository> followed;
  for (const FollowedRepository& repository : started_with) {
    const auto [same, is_new] = followed.emplace(repository.name, AsStored(repository));
    if (is_new || same->second.source == repository.source) continue;
    return absl::InvalidArgumentError(storage::Concat("two sources would be called '", repository.name,
                                                      "'; ingest one of them under another --name first"));
  }
  for (RepositorySettings& settings : *registered) {
    const auto named = followed.find(settings.name);
    if (named != followed.end()) KeepWhatIsNotGiven(settings, named->second);
    if (settings.followed) followed.emplace(settings.name, std::move(settings));
  }
  std::vector<FollowedRepository> sources;
  sources.reserve(followed.size());
  for (auto& [name, repository] : followed) sources.push_back(std::move(repository));
  return sources;
}

}  // namespace setpoint::server
