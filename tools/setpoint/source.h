// Which repository `ingest` and `serve` mean by a SOURCE, and how it is to be followed. Any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "storage/engine/store.h"
#include "storage/projections/repository_settings.h"

namespace setpoint::tools {

// A URL or "host:path" as it stands; a path as an absolute one.
std::string NormalizeSource(std::string_view source);

struct SourceRequest {
  std::string source;
  std::string name;                   // Empty: the name it is registered under, else its default name.
  std::vector<std::string> owned;     // Empty: as registered, else the defaults.
  std::vector<std::string> pointing;  // Likewise; where `owned` is given alone, no ref points.
  // Added to those registered; of equal names the newer one stays.
  std::vector<storage::Environment> environments = {};
};

// The settings to follow it by, those registered before included. kInvalidArgument, with what to do, where the name is
// no name or taken by another source.
absl::StatusOr<storage::RepositorySettings> SettingsOf(const storage::RowReader& rows, const SourceRequest& request);

// Adds one, or replaces that of its name; by name.
void SetEnvironment(const storage::Environment& environment, std::vector<storage::Environment>& all);

}  // namespace setpoint::tools
