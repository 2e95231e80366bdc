// What a browser on this machine must not be made to send, where nobody is asked who they are: a page of somebody else
// that names this server by a host of its own (DNS rebinding), or that asks across origins. Pure functions; any thread.
#pragma once

#include <optional>
#include <string_view>

#include "absl/status/status.h"

namespace setpoint::server {

struct LocalRequest {
  std::optional<std::string_view> host;  // The header fields; nothing where one was not sent.
  std::optional<std::string_view> origin;
  std::optional<std::string_view> fetch_site;  // Sec-Fetch-Site, which every browser of today sends.
};

// kPermissionDenied (foreign-host, cross-origin): the host is no name of this machine, or a page of another origin
// asks.
absl::Status CheckLocal(const LocalRequest& request);

}  // namespace setpoint::server
