// Every key that a settings file may have. A key is added by a row here and a member of server_options.h, and by
// nothing else: reading, refusing, the annotated example and the report of a reload go by this table.
#pragma once

#include <string_view>
#include <vector>

#include "server/server_options.h"
#include "server/settings/setting_row.h"

namespace setpoint::server {

// "[name]" in the file. One without rows is left out of the example.
struct SettingSection {
  std::string_view name;
  std::string_view help;
  std::vector<SettingRow<ServerOptions>> rows;
};

const std::vector<SettingSection>& SettingSections();

// The keys of one "[[repository]]"; `name` and `source` stand first and must be given.
const std::vector<SettingRow<FollowedRepository>>& RepositoryRows();

}  // namespace setpoint::server
