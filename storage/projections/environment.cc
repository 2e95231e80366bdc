#include "storage/projections/environment.h"

#include "storage/base/concat.h"
#include "storage/projections/repository_settings.h"

namespace setpoint::storage {
namespace {

std::string FolderPrefix(std::string_view text) {
  while (text.starts_with('/')) text.remove_prefix(1);
  while (text.ends_with('/')) text.remove_suffix(1);
  return text.empty() ? std::string() : Concat(text, "/");
}

}  // namespace

absl::StatusOr<Environment> ParseEnvironment(std::string_view text) {
  const size_t equals = text.find('=');
  if (equals == std::string_view::npos || !ValidateRepositoryName(text.substr(0, equals)).ok()) {
    return absl::InvalidArgumentError(
        Concat("'", text,
               "' is no environment: write NAME=REF:FOLDER, for example prod=main:clusters/prod/, with a name "
               "of at most 63 of a-z, 0-9, '.', '_' and '-'"));
  }
  std::string_view scope = text.substr(equals + 1);
  // Nor does any end so: a folder alone is one on the default branch.
  if (scope.ends_with('/') && scope.find(':') == std::string_view::npos) {
    return Environment{std::string(text.substr(0, equals)), "", FolderPrefix(scope)};
  }
  const size_t colon = scope.find(':');  // No ref has one in its name.
  const std::string_view prefix = colon == std::string_view::npos ? std::string_view() : scope.substr(colon + 1);
  return Environment{std::string(text.substr(0, equals)), std::string(scope.substr(0, colon)), FolderPrefix(prefix)};
}

std::string EnvironmentText(const Environment& environment) {
  const std::string_view separator = environment.path_prefix.empty() ? "" : ":";
  return Concat(environment.name, "=", environment.ref, separator, environment.path_prefix);
}

}  // namespace setpoint::storage
