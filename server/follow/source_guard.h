// Which sources may be named from outside of the machine. Whoever may register a repository must not be able to make
// the server talk to what only the server can reach: its loopback, its network, its cloud's metadata. A name is
// resolved and every address judged; the one that was judged is the one connected to, before each connection anew.
// Thread-safe.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "server/server_options.h"

namespace setpoint::server {

class SourceGuard {
 public:
  // The addresses of a host as text. Blocks on the network.
  using Resolver = std::function<absl::StatusOr<std::vector<std::string>>(const std::string& host)>;

  SourceGuard(const AllowedSources& allowed, Resolver resolve);

  void SetAllowed(const AllowedSources& allowed);

  // Whether the URL may be followed at all, going by its text: scheme, host, port, no tricks. kInvalidArgument: it is
  // no URL that can be judged. kPermissionDenied: the settings do not allow it. Touches no network.
  absl::Status Check(const std::string& location) const;

  // The address to connect to. Errors as Check; kPermissionDenied also where any address of the host is not public;
  // kUnavailable: the name cannot be resolved. The message names no address: it would tell what is inside.
  absl::StatusOr<std::string> Admit(const std::string& location) const;

 private:
  AllowedSources Allowed() const;

  const Resolver resolve_;
  mutable absl::Mutex mutex_;
  AllowedSources allowed_ ABSL_GUARDED_BY(mutex_);
};

// By the system's resolver.
absl::StatusOr<std::vector<std::string>> ResolveHost(const std::string& host);

// Whether `address` (numeric, IPv4 or IPv6) is one that anybody on the Internet may have; the IPv4 address inside of a
// mapped, translated or tunnelled IPv6 one counts.
bool IsPublicAddress(std::string_view address);

// Whether `network` ("10.1.0.0/16", "fd00::/8", or one address) holds `address`. False where either is none.
bool NetworkHolds(std::string_view network, std::string_view address);

}  // namespace setpoint::server
