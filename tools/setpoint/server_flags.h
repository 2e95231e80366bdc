// The flags that name a server and what it takes to be let in. One thread.
#pragma once

#include <optional>
#include <string>

#include <CLI/App.hpp>

#include "absl/status/statusor.h"
#include "tools/setpoint/http_client.h"

namespace setpoint::tools {

struct ServerFlags {
  std::string url;
  std::string token_file;
  std::string ca_file;
};

// --server, --token-file and --ca-file; the verb has --data already.
void AddServerFlags(CLI::App& verb, ServerFlags& flags);

// The server to ask: that of --server, else of $SETPOINT_SERVER unless --data is given; nothing: the local store.
// The token is that of --token-file, else $SETPOINT_TOKEN: never an argument, which everybody on the machine can read.
// kInvalidArgument: the URL is none; kUnavailable: the token file cannot be read.
absl::StatusOr<std::optional<HttpClientOptions>> ServerOf(const ServerFlags& flags, const std::string& data);

}  // namespace setpoint::tools
