// Who asks, and what of the store they may see. Plain data.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "query/disclosure.h"

namespace setpoint::server {

// Each may do what those before it may.
enum class Role {
  kNone,  // Nothing at all: who came by a path that asks nobody.
  kRead,
  kReadSecrets,
  kAdmin,
};

struct Caller {
  std::string name;  // Of the token, for logs; never the token.
  Role role = Role::kRead;
  // What any of them covers can be seen; null: everything. Shared with the views and streams of the caller's requests.
  std::shared_ptr<const std::vector<query::VisibleScope>> scopes = nullptr;
};

// "read", "read-secrets", "admin"; "none".
std::string_view RoleName(Role role);

}  // namespace setpoint::server
