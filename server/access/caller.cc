#include "server/access/caller.h"

#include <algorithm>

namespace setpoint::server {

bool Caller::FollowsEnvironments() const {
  return scopes != nullptr && std::any_of(scopes->begin(), scopes->end(),
                                          [](const TokenScope& scope) { return !scope.environment.empty(); });
}

std::string_view RoleName(Role role) {
  switch (role) {
    case Role::kNone:
      return "none";
    case Role::kRead:
      return "read";
    case Role::kReadSecrets:
      return "read-secrets";
    case Role::kAdmin:
      return "admin";
  }
  return "none";
}

}  // namespace setpoint::server
