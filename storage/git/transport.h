// How a source behind a URL is reached: credentials, patience, which address. All of it goes to `git` by environment:
// process arguments are open to everybody on the machine. Any thread.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "storage/git/source.h"

namespace setpoint::storage {

// Where secrets are found, never the secrets: they are read for each connection, so that a new one needs no restart.
struct GitCredentials {
  std::string token_file =
      {};  // A token (or password) for HTTPS, in a file or an environment variable of this process.
  std::string token_env = {};
  std::string username = "x-access-token";  // Sent with the token.
  std::string ssh_key_file = {};
  std::string known_hosts_file = {};  // Beside a key: the host keys that are believed; empty: ssh's own files.

  bool operator==(const GitCredentials&) const = default;
};

struct TransportOptions {
  GitCredentials credentials = {};
  // A transfer slower than 1,000 bytes a second for this long is ended, and so is an ssh connection that is silent.
  absl::Duration stall = absl::Minutes(1);
  // Asked before each connection to a source that somebody named from outside: the address to connect to, or a refusal.
  // Where it is set, redirects are not followed. Null: any address that the host's name has.
  std::function<absl::StatusOr<std::string>(const std::string& location)> admit = {};
};

// The parts of a URL that decide where a connection goes.
struct UrlParts {
  std::string scheme;  // Lower case; "ssh" for "host:path".
  std::string host;    // Lower case, without brackets, user and port; not decoded.
  std::string user;    // With a password where it has one.
  std::string port;    // Digits; empty: not given.
  std::string path;    // What follows, with its slash where it has one.
};

// kInvalidArgument: no URL of a scheme that is followed, or one without a host that should have one.
absl::StatusOr<UrlParts> ParseUrl(const std::string& location);

// What of a source's location may be a process argument: an http URL without its user and password, which then travel
// by TransportEnvironment.
std::string LocationArgument(const Source& source);

// The variables for `git`. kPermissionDenied or kNotFound: a secret that cannot be read (the message names its place);
// kInvalidArgument: one that is none, or one that would travel unencrypted; and what `admit` says.
absl::StatusOr<std::vector<std::string>> TransportEnvironment(const Source& source, const TransportOptions& options);

// A secret out of a file or a variable of this process, without the white space around it; empty where both names are.
absl::StatusOr<std::string> ReadSecret(const std::string& file, const std::string& variable);

}  // namespace setpoint::storage
