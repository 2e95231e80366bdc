#include "query/environment.h"

#include <optional>
#include <utility>

#include "query/errors.h"
#include "query/position_text.h"
#include "query/ref.h"
#include "query/time_text.h"
#include "query/visibility.h"
#include "storage/base/concat.h"
#include "storage/formats/resource_key.h"
#include "storage/projections/positions.h"
#include "storage/projections/repository_settings.h"

namespace setpoint::query {
namespace {

using storage::Environment;

// Its ref as the view shows it; nothing where there is none, or nobody could say which.
absl::StatusOr<std::optional<RefTarget>> RefOf(const View& view, storage::RepositoryId repository,
                                               const Environment& environment) {
  auto target = FindRef(view, repository, environment.ref, view.applied);
  if (absl::IsNotFound(target.status()) || absl::IsInvalidArgument(target.status())) return std::nullopt;
  return target;
}

absl::StatusOr<bool> SeesEnvironment(const View& view, storage::RepositoryId repository,
                                     const Environment& environment) {
  if (view.disclosure.scopes == nullptr) return true;
  auto ref = RefOf(view, repository, environment);
  if (!ref.ok()) return ref.status();
  return ref->has_value() && SeesFolder(view, repository, (*ref)->name, environment.path_prefix);
}

// As the whole store has it.
absl::StatusOr<std::optional<VisibleScope>> ScopeOf(const View& view, const std::string& repository,
                                                    const Environment& environment) {
  const storage::RepositoryId id = view.catalog.names.FindRepository(repository);
  if (id.IsNone()) return std::nullopt;  // Nothing of it is ingested yet.
  auto ref = RefOf(view, id, environment);
  if (!ref.ok()) return ref.status();
  if (!ref->has_value()) return std::nullopt;
  VisibleScope scope{.repository = repository, .ref = (*ref)->name, .path_prefix = environment.path_prefix};
  if ((*ref)->timeline.has_value()) return scope;
  auto positions = storage::FindPositions(view.rows, id, (*ref)->commit, view.applied);
  if (!positions.ok()) return positions.status();
  if (positions->empty()) return std::nullopt;
  scope.pointed_at = positions->front();
  return scope;
}

}  // namespace

absl::StatusOr<storage::Environment> FindEnvironment(const View& view, storage::RepositoryId repository,
                                                     std::string_view name) {
  const std::string_view repository_name = view.catalog.names.RepositoryName(repository);
  auto settings = storage::ReadRepositorySettings(view.rows, repository_name);
  if (!settings.ok()) return settings.status();
  std::string known;
  if (settings->has_value()) {
    for (const Environment& each : (*settings)->environments) {
      const auto is_seen = SeesEnvironment(view, repository, each);
      if (!is_seen.ok()) return is_seen.status();
      if (!*is_seen) continue;
      if (each.name == name) return each;
      known += storage::Concat(known.empty() ? "" : ", ", each.name);
    }
  }
  return NotFound(reason::kUnknownEnvironment,
                  storage::Concat("the repository ", repository_name, " has no environment '", name, "'; ",
                                  known.empty() ? "`setpoint environments --set` names one" : "there are ", known));
}

std::string PositionInEnvironment(const storage::Environment& environment, const std::string& text, int64_t now) {
  if (text.empty()) return environment.ref;
  const auto parsed = ParsePositionText(text, now);
  const bool is_revision = parsed.ok() && parsed->form == PositionText::Form::kRevision;
  if (is_revision || ParseTime(text, now)) return storage::Concat(environment.ref, "@{", text, "}");
  return text;
}

std::string KeyInEnvironment(const storage::Environment& environment, std::string_view key) {
  const std::string scope = storage::ScopeText(environment.path_prefix, storage::Format::kFile);
  return key.starts_with(scope) ? std::string(key) : storage::Concat(scope, key);
}

absl::StatusOr<std::vector<VisibleScope>> ScopesOfEnvironment(const storage::Database& database,
                                                              std::string_view repository, std::string_view name) {
  const View view(database);
  auto all = storage::ListRepositorySettings(view.rows);
  if (!all.ok()) return all.status();
  std::vector<VisibleScope> scopes;
  for (const storage::RepositorySettings& settings : *all) {
    if (!repository.empty() && settings.name != repository) continue;
    for (const Environment& each : settings.environments) {
      if (each.name != name) continue;
      auto scope = ScopeOf(view, settings.name, each);
      if (!scope.ok()) return scope.status();
      if (scope->has_value()) scopes.push_back(**std::move(scope));
    }
  }
  return scopes;
}

}  // namespace setpoint::query
