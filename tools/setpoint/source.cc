#include "tools/setpoint/source.h"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <system_error>

#include "storage/base/concat.h"

namespace setpoint::tools {
namespace {

// "host:path", as Git reads it: a ':' before the first '/'.
bool IsRemote(std::string_view source) {
  if (source.find("://") != std::string_view::npos) return true;
  const size_t colon = source.find(':');
  return colon != std::string_view::npos && colon < source.find('/') && !std::filesystem::exists(source);
}

void Apply(const SourceRequest& request, storage::RepositorySettings& settings) {
  if (!request.owned.empty()) {
    settings.owned_patterns = request.owned;
    settings.pointing_patterns.clear();
  }
  if (!request.pointing.empty()) settings.pointing_patterns = request.pointing;
  for (const storage::Environment& each : request.environments) SetEnvironment(each, settings.environments);
}

}  // namespace

void SetEnvironment(const storage::Environment& environment, std::vector<storage::Environment>& all) {
  std::erase_if(all, [&](const storage::Environment& each) { return each.name == environment.name; });
  const auto place = std::find_if(all.begin(), all.end(),
                                  [&](const storage::Environment& each) { return each.name > environment.name; });
  all.insert(place, environment);
}

std::string NormalizeSource(std::string_view source) {
  if (source.empty() || IsRemote(source)) return std::string(source);
  std::error_code error;
  const std::filesystem::path absolute = std::filesystem::weakly_canonical(source, error);
  return error ? std::string(source) : absolute.string();
}

absl::StatusOr<storage::RepositorySettings> SettingsOf(const storage::RowReader& rows, const SourceRequest& request) {
  const std::string source = NormalizeSource(request.source);
  auto registered = storage::ListRepositorySettings(rows);
  if (!registered.ok()) return registered.status();
  const auto same_source = std::find_if(registered->begin(), registered->end(), [&](const auto& each) {
    return each.source == source && (request.name.empty() || each.name == request.name);
  });
  if (same_source != registered->end()) {
    Apply(request, *same_source);
    return *same_source;
  }
  storage::RepositorySettings settings;
  settings.name = request.name.empty() ? storage::DefaultRepositoryName(source) : request.name;
  settings.source = source;
  if (absl::Status status = storage::ValidateRepositoryName(settings.name); !status.ok()) return status;
  const auto same_name = std::find_if(registered->begin(), registered->end(),
                                      [&](const auto& each) { return each.name == settings.name; });
  if (same_name != registered->end()) {
    return absl::InvalidArgumentError(storage::Concat("the name '", settings.name, "' is taken by ", same_name->source,
                                                      "; choose another with --name"));
  }
  Apply(request, settings);
  return settings;
}

}  // namespace setpoint::tools
