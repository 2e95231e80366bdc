#include "tools/setpoint/server_address.h"

#include <algorithm>

#include "storage/base/concat.h"

namespace setpoint::tools {
namespace {

bool IsPort(std::string_view text) {
  return !text.empty() && text.size() <= 5 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// Nothing that could become another header line, a path or a password.
bool IsHost(std::string_view text) {
  return !text.empty() && std::none_of(text.begin(), text.end(), [](char c) {
    return c <= ' ' || c == '/' || c == '?' || c == '#' || c == '@' || c == '[' || c == ']' || c == 0x7f;
  });
}

}  // namespace

std::string ServerAddress::Authority() const {
  const bool is_v6 = host.find(':') != std::string::npos;
  return storage::Concat(is_v6 ? "[" : "", host, is_v6 ? "]:" : ":", port);
}

std::string ServerAddress::Url() const {
  return storage::Concat(transport == Transport::kTls ? "https://" : "http://", Authority());
}

bool ServerAddress::IsLoopback() const { return host == "localhost" || host == "::1" || host.starts_with("127."); }

absl::StatusOr<ServerAddress> ParseServerUrl(std::string_view url) {
  absl::Status wrong = absl::InvalidArgumentError(storage::Concat(
      "'", url, "' is no server; expected http://HOST:PORT or https://HOST:PORT, for example http://127.0.0.1:7117"));
  constexpr std::string_view kPlain = "http://";
  constexpr std::string_view kTls = "https://";
  ServerAddress address;
  std::string_view rest = url;
  if (rest.starts_with(kPlain)) {
    rest.remove_prefix(kPlain.size());
    address.port = "80";
  } else if (rest.starts_with(kTls)) {
    rest.remove_prefix(kTls.size());
    address.transport = Transport::kTls;
    address.port = "443";
  } else {
    return wrong;
  }
  if (rest.ends_with('/')) rest.remove_suffix(1);
  std::string_view host = rest;
  if (rest.starts_with('[')) {
    const size_t close = rest.find(']');
    if (close == std::string_view::npos) return wrong;
    host = rest.substr(1, close - 1);
    rest.remove_prefix(close + 1);
  } else {
    host = rest.substr(0, rest.find(':'));
    rest.remove_prefix(host.size());
  }
  if (!rest.empty()) {
    if (rest.front() != ':' || !IsPort(rest.substr(1))) return wrong;
    address.port = std::string(rest.substr(1));
  }
  if (!IsHost(host)) return wrong;
  address.host = std::string(host);
  return address;
}

}  // namespace setpoint::tools
