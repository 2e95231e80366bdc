// Who asks, and what of the store they may see. Plain data.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace setpoint::server {

// Each may do what those before it may.
enum class Role {
  kNone,  // Nothing at all: who came by a path that asks nobody.
  kRead,
  kReadSecrets,
  kAdmin,
};

// A part of the store, as a token's line names it: all of its members must fit. An empty one fits everything.
struct TokenScope {
  std::string repository;
  // By name: its ref, and what lies below its folder, as the repository's settings have it whenever somebody asks. One
  // that is not there covers nothing.
  std::string environment;
  std::string ref;  // Full name.
  std::string path_prefix;
  bool operator==(const TokenScope&) const = default;
};

struct Caller {
  std::string name;  // Of the token, for logs; never the token.
  Role role = Role::kRead;
  // What any of them covers can be seen; null: everything.
  std::shared_ptr<const std::vector<TokenScope>> scopes = nullptr;

  // What the caller sees changes with the settings of repositories, and not with what is ingested alone.
  bool FollowsEnvironments() const;
};

// "read", "read-secrets", "admin"; "none".
std::string_view RoleName(Role role);

}  // namespace setpoint::server
