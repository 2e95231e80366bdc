#include "server/settings/settings_change.h"

#include <algorithm>

#include "server/settings/setting_table.h"
#include "server/settings/setting_value.h"
#include "storage/base/concat.h"

namespace setpoint::server {
namespace {

using storage::Concat;

bool SameRepository(FollowedRepository left, FollowedRepository right) {
  const auto& rows = RepositoryRows();
  return std::all_of(rows.begin(), rows.end(),
                     [&](const auto& row) { return SameSetting(row.field(left), row.field(right)); });
}

const FollowedRepository* Find(const std::vector<FollowedRepository>& repositories, const std::string& name) {
  const auto found = std::find_if(repositories.begin(), repositories.end(),
                                  [&name](const FollowedRepository& each) { return each.name == name; });
  return found == repositories.end() ? nullptr : &*found;
}

void CompareRepositories(const ServerOptions& current, const ServerOptions& fresh, SettingsChange& change) {
  for (const FollowedRepository& repository : fresh.sources) {
    const FollowedRepository* before = Find(current.sources, repository.name);
    if (before == nullptr || !SameRepository(*before, repository)) {
      change.applied.push_back(Concat("repository ", repository.name, before == nullptr ? " added" : " changed"));
      change.to_follow.push_back(repository);
    }
  }
  for (const FollowedRepository& repository : current.sources) {
    if (Find(fresh.sources, repository.name) != nullptr) continue;
    change.applied.push_back(Concat("repository ", repository.name, " removed"));
    change.to_leave.push_back(repository.name);
  }
}

}  // namespace

SettingsChange TakeWhatCanChange(const ServerOptions& current, ServerOptions& fresh) {
  ServerOptions before = current;
  SettingsChange change;
  for (const SettingSection& section : SettingSections()) {
    for (const auto& row : section.rows) {
      if (SameSetting(row.field(before), row.field(fresh))) continue;
      const std::string key = Concat(section.name, ".", row.key);
      if (row.effect == SettingEffect::kAtReload) {
        change.applied.push_back(key);
      } else {
        change.at_restart.push_back(key);
        CopySetting(row.field(before), row.field(fresh));
      }
    }
  }
  CompareRepositories(before, fresh, change);
  return change;
}

}  // namespace setpoint::server
