// Where a server is, as --server and SETPOINT_SERVER give it. Plain data; any thread.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace setpoint::tools {

enum class Transport { kPlain, kTls };

struct ServerAddress {
  Transport transport = Transport::kPlain;
  std::string host;  // Without the brackets of an IPv6 address.
  std::string port;

  // "https://host:port", without a slash at its end.
  std::string Url() const;
  // "host:port", as the header Host has it.
  std::string Authority() const;
  // Whether nothing that is sent there leaves this machine.
  bool IsLoopback() const;
};

// "http://HOST:PORT" or "https://HOST:PORT"; without a port 80 or 443.
absl::StatusOr<ServerAddress> ParseServerUrl(std::string_view url);

}  // namespace setpoint::tools
