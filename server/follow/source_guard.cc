#include "server/follow/source_guard.h"

#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstdint>

#include "server/access/ip_network.h"
#include "storage/base/concat.h"
#include "storage/git/transport.h"

namespace setpoint::server {
namespace {

using storage::Concat;
using storage::UrlParts;

// What the registries keep from the public Internet (IANA special-purpose address registries).
constexpr std::array<std::string_view, 15> kSpecialV4 = {
    "0.0.0.0/8",     "10.0.0.0/8",      "100.64.0.0/10",  "127.0.0.0/8",    "169.254.0.0/16",
    "172.16.0.0/12", "192.0.0.0/24",    "192.0.2.0/24",   "192.88.99.0/24", "192.168.0.0/16",
    "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4",    "240.0.0.0/4"};
// Of IPv6 only 2000::/3 is given out; these are inside of it and are not.
constexpr std::array<std::string_view, 4> kSpecialV6 = {"2001::/23", "2001:db8::/32", "3fff::/20", "2620:4f:8000::/48"};

template <size_t size>
bool AnyHolds(const std::array<std::string_view, size>& networks, const IpAddress& address) {
  return std::any_of(networks.begin(), networks.end(), [&address](std::string_view text) {
    const auto network = ParseIpNetwork(text);
    return network.has_value() && network->Holds(address);
  });
}

bool IsPublic(const IpAddress& address) {
  if (IsIpv4(address)) return !AnyHolds(kSpecialV4, address);
  // 6to4 and NAT64 lead to the IPv4 address within.
  if (address[0] == 0x20 && address[1] == 0x02) return IsPublic(MapIpv4(address.data() + 2));
  constexpr std::array<uint8_t, 12> kNat64 = {0, 0x64, 0xFF, 0x9B};
  if (std::equal(kNat64.begin(), kNat64.end(), address.begin())) return IsPublic(MapIpv4(address.data() + 12));
  return (address[0] & 0xE0) == 0x20 && !AnyHolds(kSpecialV6, address);
}

// "*.example.com" takes what is below example.com; anything else is a name.
bool HostMatches(std::string_view pattern, std::string_view host) {
  if (pattern.starts_with("*.")) return host.size() > pattern.size() - 1 && host.ends_with(pattern.substr(1));
  return pattern == host;
}

// A name or address as it is usually written: what resolvers and URL readers take differently is refused.
bool IsPlainHost(std::string_view host) {
  if (host.find(':') != std::string_view::npos) return ParseIpAddress(host).has_value();
  if (host.empty() || host.size() > 253 || host.front() == '.' || host.front() == '-') return false;
  const bool is_plain = std::all_of(host.begin(), host.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
  });
  if (!is_plain || host.find("..") != std::string_view::npos) return false;
  // Where the last label is a number ("127.1", "0x7f000001", "017700000001") the whole must be a plain IPv4 address.
  const std::string_view name = host.back() == '.' ? host.substr(0, host.size() - 1) : host;
  const std::string_view last = name.substr(name.rfind('.') + 1);
  const bool is_number =
      last.starts_with("0x") || std::all_of(last.begin(), last.end(), [](char c) { return c >= '0' && c <= '9'; });
  return !is_number || ParseIpAddress(host).has_value();
}

absl::Status Refused(std::string_view why) {
  return absl::PermissionDeniedError(Concat("this source may not be followed by request: ", why));
}

absl::StatusOr<UrlParts> Judge(const AllowedSources& allowed, const std::string& location) {
  const bool is_printable = std::all_of(location.begin(), location.end(), [](char c) { return c > ' ' && c < 0x7F; });
  if (!is_printable || location.find_first_of("\\\"'<>^`{|}") != std::string::npos) {
    return absl::InvalidArgumentError("the source is no plain URL");
  }
  const size_t mark = location.find("://");
  // "transport::address" would run a program.
  if (location.find("::") < std::min(mark, location.find('['))) {
    return absl::InvalidArgumentError("the source is no URL of a scheme that is followed");
  }
  absl::StatusOr<UrlParts> url = storage::ParseUrl(location);
  if (!url.ok()) return url.status();
  if (std::find(allowed.schemes.begin(), allowed.schemes.end(), url->scheme) == allowed.schemes.end()) {
    return Refused("its scheme is not among [allow] schemes");
  }
  const bool is_ssh = url->scheme == "ssh";
  if (!url->user.empty() && (!is_ssh || url->user.find_first_of(":%@") != std::string::npos)) {
    return Refused("it carries a user or password");
  }
  if (url->host.find_first_of("%@") != std::string::npos || !IsPlainHost(url->host)) {
    return absl::InvalidArgumentError("the host is not written as a plain name or address");
  }
  const std::string_view usual_port = is_ssh ? "22" : url->scheme == "https" ? "443" : "80";
  if (!url->port.empty() && url->port != usual_port &&
      std::find(allowed.ports.begin(), allowed.ports.end(), url->port) == allowed.ports.end()) {
    return Refused("its port is not among [allow] ports");
  }
  const bool is_named = std::any_of(allowed.hosts.begin(), allowed.hosts.end(),
                                    [&url](const std::string& pattern) { return HostMatches(pattern, url->host); });
  if (!allowed.hosts.empty() && !is_named) return Refused("its host is not among [allow] hosts");
  return url;
}

}  // namespace

SourceGuard::SourceGuard(const AllowedSources& allowed, Resolver resolve)
    : resolve_(std::move(resolve)), allowed_(allowed) {}

void SourceGuard::SetAllowed(const AllowedSources& allowed) {
  absl::MutexLock lock(&mutex_);
  allowed_ = allowed;
}

AllowedSources SourceGuard::Allowed() const {
  absl::MutexLock lock(&mutex_);
  return allowed_;
}

absl::Status SourceGuard::Check(const std::string& location) const { return Judge(Allowed(), location).status(); }

absl::StatusOr<std::string> SourceGuard::Admit(const std::string& location) const {
  const AllowedSources allowed = Allowed();
  const absl::StatusOr<UrlParts> url = Judge(allowed, location);
  if (!url.ok()) return url.status();
  std::vector<std::string> addresses;
  if (ParseIpAddress(url->host).has_value()) {
    addresses.push_back(url->host);
  } else {
    absl::StatusOr<std::vector<std::string>> resolved = resolve_(url->host);
    if (!resolved.ok()) return resolved.status();
    addresses = *std::move(resolved);
  }
  if (addresses.empty()) return absl::UnavailableError(Concat("the host ", url->host, " has no address"));
  for (const std::string& address : addresses) {
    const bool is_named = std::any_of(allowed.networks.begin(), allowed.networks.end(),
                                      [&](const std::string& network) { return NetworkHolds(network, address); });
    if (!is_named && !IsPublicAddress(address)) return Refused("its host is not a public one");
  }
  return addresses.front();
}

absl::StatusOr<std::vector<std::string>> ResolveHost(const std::string& host) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int error = getaddrinfo(host.c_str(), nullptr, &hints, &found);
  if (error != 0)
    return absl::UnavailableError(Concat("the host ", host, " cannot be resolved: ", gai_strerror(error)));
  std::vector<std::string> addresses;
  for (const addrinfo* each = found; each != nullptr; each = each->ai_next) {
    std::array<char, NI_MAXHOST> text{};
    if (getnameinfo(each->ai_addr, each->ai_addrlen, text.data(), text.size(), nullptr, 0, NI_NUMERICHOST) == 0) {
      addresses.emplace_back(text.data());
    }
  }
  freeaddrinfo(found);
  return addresses;
}

bool IsPublicAddress(std::string_view address) {
  const auto parsed = ParseIpAddress(address);
  return parsed.has_value() && IsPublic(*parsed);
}

bool NetworkHolds(std::string_view network, std::string_view address) {
  const auto parsed_network = ParseIpNetwork(network);
  const auto parsed_address = ParseIpAddress(address);
  return parsed_network.has_value() && parsed_address.has_value() && parsed_network->Holds(*parsed_address);
}

}  // namespace setpoint::server
