// The peer of M6 that costs least: Beast alone, which answers the same bytes to every request. A thread of its own.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"

namespace setpoint::tools {

class BareServer {
 public:
  virtual ~BareServer() = default;  // Stops.

  // On a free port of the loopback; `body` is what is answered, as JSON.
  static absl::StatusOr<std::unique_ptr<BareServer>> Start(std::string body);

  virtual uint16_t port() const = 0;
};

}  // namespace setpoint::tools
