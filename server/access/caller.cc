#include "server/access/caller.h"

namespace setpoint::server {

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
