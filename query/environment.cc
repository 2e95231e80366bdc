#include "query/environment.h"

#include "query/errors.h"
#include "query/position_text.h"
#include "query/time_text.h"
#include "storage/base/concat.h"
#include "storage/formats/resource_key.h"
#include "storage/projections/repository_settings.h"

namespace setpoint::query {

absl::StatusOr<storage::Environment> FindEnvironment(const View& view, storage::RepositoryId repository,
                                                     std::string_view name) {
  const std::string_view repository_name = view.catalog.names.RepositoryName(repository);
  auto settings = storage::ReadRepositorySettings(view.rows, repository_name);
  if (!settings.ok()) return settings.status();
  std::string known;
  if (settings->has_value()) {
    for (const storage::Environment& each : (*settings)->environments) {
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

}  // namespace setpoint::query
