#include "server/access/ip_network.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <string>

namespace setpoint::server {
namespace {

constexpr std::array<uint8_t, 12> kMapping = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};

}  // namespace

IpAddress MapIpv4(const uint8_t* bytes) {
  IpAddress address{};
  std::copy(kMapping.begin(), kMapping.end(), address.begin());
  std::copy(bytes, bytes + 4, address.begin() + kMapping.size());
  return address;
}

bool IsIpv4(const IpAddress& address) { return std::equal(kMapping.begin(), kMapping.end(), address.begin()); }

std::optional<IpAddress> ParseIpAddress(std::string_view text) {
  const std::string terminated(text);
  IpAddress address{};
  if (inet_pton(AF_INET6, terminated.c_str(), address.data()) == 1) return address;
  std::array<uint8_t, 4> four{};
  if (inet_pton(AF_INET, terminated.c_str(), four.data()) == 1) return MapIpv4(four.data());
  return std::nullopt;
}

bool IpNetwork::Holds(const IpAddress& other) const {
  const auto whole = static_cast<std::ptrdiff_t>(bits / 8);
  if (!std::equal(other.begin(), other.begin() + whole, address.begin())) return false;
  const int rest = bits % 8;
  const auto next = static_cast<size_t>(whole);
  return rest == 0 || (other[next] >> (8 - rest)) == (address[next] >> (8 - rest));
}

std::optional<IpNetwork> ParseIpNetwork(std::string_view text) {
  const size_t slash = text.find('/');
  const auto address = ParseIpAddress(text.substr(0, slash));
  if (!address.has_value()) return std::nullopt;
  const bool is_v4 = text.find(':') == std::string_view::npos;
  const int most = is_v4 ? 32 : 128;
  int bits = most;
  if (slash != std::string_view::npos) {
    const std::string_view digits = text.substr(slash + 1);
    const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
    if (parsed.ec != std::errc() || parsed.ptr != digits.data() + digits.size() || bits < 0 || bits > most) {
      return std::nullopt;
    }
  }
  return IpNetwork{*address, bits + 128 - most};
}

}  // namespace setpoint::server
