// One line of the token file:
//
//   NAME sha256:HEX ROLE [expires=TIME] [scope=PART[,PART]…]…        PART := repo=NAME | environment=NAME |
//                                                                        ref=REF | path=PREFIX
//
// NAME is for logs; ROLE is read, read-secrets or admin; TIME is RFC 3339. A scope covers what all of its parts cover,
// a token what any of its scopes does; without one it sees everything. An environment covers its ref and what lies
// below its folder, as they are whenever somebody asks; it stands in place of REF, which is a full name, or a branch by
// its short one. In PREFIX (whole steps of a path) '%', ',' and white space are written as %XX. Pure functions; any
// thread may call them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "server/access/caller.h"
#include "storage/base/digest.h"

namespace setpoint::server {

struct TokenLine {
  storage::Digest digest;
  Caller caller;
  std::optional<int64_t> expires;  // Seconds since 1970; not valid from then on.
};

// kInvalidArgument that says what is wrong, and never what the line holds: a token may stand there by mistake.
absl::StatusOr<TokenLine> ParseTokenLine(std::string_view line);
std::string FormatTokenLine(const TokenLine& token);

// "repo=fleet,ref=main,path=apps/" as on a line, and what --scope takes.
absl::StatusOr<TokenScope> ParseScope(std::string_view text);
absl::StatusOr<Role> ParseRole(std::string_view text);

}  // namespace setpoint::server
