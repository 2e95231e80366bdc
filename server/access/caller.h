// Who asks, and what of the store they may see. Plain data.
#pragma once

#include <string>
#include <vector>

namespace setpoint::server {

// Each may do what those before it may.
enum class Role { kRead, kReadSecrets, kAdmin };

// A part of the store: all of its members must fit. An empty member fits everything.
struct AccessScope {
  std::string repository;
  std::string ref;  // Full name.
  std::string path_prefix;
};

struct Caller {
  std::string name;  // Of the token, for logs; never the token.
  Role role = Role::kRead;
  std::vector<AccessScope> scopes;  // What any of them covers is visible; none: everything.
};

}  // namespace setpoint::server
