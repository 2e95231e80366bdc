#include "server/access/local_guard.h"

#include <string>

#include <boost/asio/ip/address.hpp>

#include "query/errors.h"
#include "query/text.h"

namespace setpoint::server {
namespace {

// Without the port.
std::string_view HostOnly(std::string_view host) {
  if (host.starts_with('[')) return host.substr(0, host.find(']') + 1);
  return host.substr(0, host.find(':'));
}

bool IsOfThisMachine(std::string_view host) {
  std::string name = query::LowerCase(HostOnly(host));
  if (name == "localhost") return true;
  if (name.size() > 2 && name.front() == '[') name = name.substr(1, name.size() - 2);
  boost::system::error_code error;
  const auto address = boost::asio::ip::make_address(name, error);
  return !error && address.is_loopback();
}

}  // namespace

absl::Status CheckLocal(const LocalRequest& request) {
  // HTTP/1.0 has no Host, and no browser speaks it.
  if (request.host && !IsOfThisMachine(*request.host)) {
    return query::PermissionDenied("foreign-host",
                                   "this server asks nobody who they are, so it answers to names of this machine only: "
                                   "localhost, 127.0.0.1, [::1]");
  }
  const bool from_elsewhere =
      request.fetch_site && *request.fetch_site != "same-origin" && *request.fetch_site != "none";
  const bool foreign_origin =
      request.origin && *request.origin != std::string("http://").append(request.host.value_or(""));
  if (from_elsewhere || foreign_origin) {
    return query::PermissionDenied("cross-origin", "pages of another origin are not answered");
  }
  return absl::OkStatus();
}

}  // namespace setpoint::server
