#include "tools/setpoint/server_flags.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>

#include "storage/base/concat.h"
#include "tools/setpoint/context.h"

namespace setpoint::tools {
namespace {

std::string Environment(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

absl::StatusOr<std::string> ReadToken(const std::string& path) {
  std::ifstream file(path);
  if (!file)
    return absl::UnavailableError(storage::Concat("cannot read the token file ", path, ": ", std::strerror(errno)));
  std::string token;
  std::getline(file, token);
  while (!token.empty() && (token.back() == '\r' || token.back() == ' ')) token.pop_back();
  if (token.empty()) return absl::UnavailableError(storage::Concat("the token file ", path, " holds no token"));
  return token;
}

}  // namespace

void AddServerFlags(CLI::App& verb, ServerFlags& flags) {
  verb.add_option("--server", flags.url, "Ask a running server instead (default: $SETPOINT_SERVER)")
      ->type_name("URL")
      ->excludes("--data");
  verb.add_option("--token-file", flags.token_file, "Who asks: the token for the server (default: $SETPOINT_TOKEN)")
      ->type_name("FILE");
  verb.add_option("--ca-file", flags.ca_file, "Whom to trust for https:// (PEM; default: whom the system trusts)")
      ->type_name("FILE");
}

absl::StatusOr<std::optional<HttpClientOptions>> ServerOf(const ServerFlags& flags, const std::string& data) {
  std::string url = flags.url;
  if (url.empty() && data.empty()) url = Environment("SETPOINT_SERVER");
  if (url.empty()) return std::optional<HttpClientOptions>();
  auto address = ParseServerUrl(url);
  if (!address.ok()) return address.status();
  HttpClientOptions options{
      .address = *std::move(address), .token = Environment("SETPOINT_TOKEN"), .ca_file = flags.ca_file};
  options.encoded = !options.address.IsLoopback();
  if (!flags.token_file.empty()) {
    auto token = ReadToken(flags.token_file);
    if (!token.ok()) return token.status();
    options.token = *std::move(token);
  }
  if (!options.token.empty() && options.address.transport == Transport::kPlain && !options.address.IsLoopback()) {
    PrintNote("the token goes to the server unencrypted; use https://");
  }
  return options;
}

}  // namespace setpoint::tools
