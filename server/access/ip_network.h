// Addresses and networks of IPv4 and IPv6 as one kind of thing: an IPv4 address is the IPv6 address that maps it.
// Pure functions; any thread.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace setpoint::server {

using IpAddress = std::array<uint8_t, 16>;

// Nothing: it is no address in its usual form ("127.1" and "0x7f.0.0.1" are none, and no scope is taken).
std::optional<IpAddress> ParseIpAddress(std::string_view text);

// The address that maps these four bytes.
IpAddress MapIpv4(const uint8_t* bytes);
bool IsIpv4(const IpAddress& address);

struct IpNetwork {
  IpAddress address{};
  int bits = 128;

  bool Holds(const IpAddress& other) const;
};

// "10.1.0.0/16", "fd00::/8", or one address. Nothing: it is no network.
std::optional<IpNetwork> ParseIpNetwork(std::string_view text);

}  // namespace setpoint::server
