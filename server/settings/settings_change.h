// What a reload changes. Pure; any thread.
#pragma once

#include <string>
#include <vector>

#include "server/server_options.h"

namespace setpoint::server {

struct SettingsChange {
  // Repositories to follow from now on, new ones and those that are followed in another way; and those to leave.
  std::vector<FollowedRepository> to_follow;
  std::vector<std::string> to_leave;

  // Keys by name ("follow.poll"), repositories as "repository gitops".
  std::vector<std::string> applied;
  std::vector<std::string> at_restart;
};

// Makes `fresh` what holds from now on: what cannot change at run time keeps the value of `current`, and is named.
SettingsChange TakeWhatCanChange(const ServerOptions& current, ServerOptions& fresh);

}  // namespace setpoint::server
