#include "storage/git/transport.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <optional>
#include <string_view>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "storage/base/hex.h"
#include "storage/git/read_file.h"

namespace setpoint::storage {
namespace {

constexpr size_t kSecretBytesMax = size_t{16} << 10;
constexpr int kSlowBytesPerSecond = 1'000;

// Settings of `git` that no process argument shows.
class GitConfig {
 public:
  void Set(std::string_view key, std::string_view value) {
    variables_.push_back(absl::StrCat("GIT_CONFIG_KEY_", count_, "=", absl::string_view(key.data(), key.size())));
    variables_.push_back(absl::StrCat("GIT_CONFIG_VALUE_", count_, "=", absl::string_view(value.data(), value.size())));
    ++count_;
  }

  void AppendTo(std::vector<std::string>& environment) const {
    environment.insert(environment.end(), variables_.begin(), variables_.end());
    environment.push_back(absl::StrCat("GIT_CONFIG_COUNT=", count_));
  }

 private:
  int count_ = 0;
  std::vector<std::string> variables_;
};

// A word for the shell that `git` gives GIT_SSH_COMMAND to.
std::string ShellWord(std::string_view text) {
  std::string word = "'";
  for (const char c : text) {
    if (c == '\'') {
      word += "'\\''";
    } else {
      word += c;
    }
  }
  return word += "'";
}

std::string SshCommand(const UrlParts& url, const std::string& address, const TransportOptions& options) {
  const GitCredentials& credentials = options.credentials;
  const int64_t stall = std::max<int64_t>(absl::ToInt64Seconds(options.stall), 3);
  std::string command = absl::StrCat("ssh -oBatchMode=yes -oConnectTimeout=", stall,
                                     " -oServerAliveInterval=", stall / 3, " -oServerAliveCountMax=2");
  if (!credentials.ssh_key_file.empty()) {
    absl::StrAppend(&command, " -oIdentitiesOnly=yes -oIdentityAgent=none -i ", ShellWord(credentials.ssh_key_file));
  }
  if (!credentials.ssh_key_file.empty() || !credentials.known_hosts_file.empty()) {
    command += " -oStrictHostKeyChecking=yes";
  }
  if (!credentials.known_hosts_file.empty()) {
    absl::StrAppend(&command, " -oGlobalKnownHostsFile=/dev/null ",
                    ShellWord(absl::StrCat("-oUserKnownHostsFile=\"", credentials.known_hosts_file, "\"")));
  }
  if (!address.empty()) {
    absl::StrAppend(&command, " ", ShellWord(absl::StrCat("-oHostName=", address)), " ",
                    ShellWord(absl::StrCat("-oHostKeyAlias=", url.host)), " -oProxyCommand=none -oProxyJump=none");
  }
  return command;
}

bool IsLoopback(const std::string& host) { return host == "localhost" || host == "127.0.0.1" || host == "::1"; }

std::string PercentDecode(std::string_view text) {
  std::string decoded;
  for (size_t i = 0; i < text.size(); ++i) {
    const std::optional<std::string> byte = text[i] == '%' ? HexDecode(text.substr(i + 1, 2)) : std::nullopt;
    if (byte.has_value() && byte->size() == 1) {
      decoded += *byte;
      i += 2;
    } else {
      decoded += text[i];
    }
  }
  return decoded;
}

absl::Status SetAuthorization(const UrlParts& url, const GitCredentials& credentials, GitConfig& config) {
  absl::StatusOr<std::string> token = ReadSecret(credentials.token_file, credentials.token_env);
  if (!token.ok()) return token.status();
  std::string user_and_password;
  if (!token->empty()) {
    if (url.scheme != "https" && !IsLoopback(url.host)) {
      return absl::InvalidArgumentError("a token is sent over https only");
    }
    user_and_password = credentials.username + ":" + *token;
  } else if (!url.user.empty()) {
    const size_t colon = std::min(url.user.find(':'), url.user.size());
    user_and_password = PercentDecode(url.user.substr(0, colon)) + ":";
    if (colon < url.user.size()) user_and_password += PercentDecode(url.user.substr(colon + 1));
  } else {
    return absl::OkStatus();
  }
  config.Set("http.extraHeader", "Authorization: Basic " + absl::Base64Escape(user_and_password));
  // What the token is for must not be decided by whoever answers.
  config.Set("http.followRedirects", "false");
  return absl::OkStatus();
}

// Of "//host…": what stands before the path.
absl::Status ParseAuthority(std::string authority, UrlParts& url) {
  if (const size_t at = authority.rfind('@'); at != std::string::npos) {
    url.user = authority.substr(0, at);
    authority.erase(0, at + 1);
  }
  size_t host_end = authority.rfind(':');
  if (!authority.empty() && authority.front() == '[') {
    const size_t close = authority.find(']');
    if (close == std::string::npos) return absl::InvalidArgumentError("a '[' without ']' in the host");
    host_end = close + 1 == authority.size() ? std::string::npos : close + 1;
    if (host_end != std::string::npos && authority[host_end] != ':') {
      return absl::InvalidArgumentError("something stands between ']' and ':' in the host");
    }
  }
  if (host_end != std::string::npos) {
    url.port = authority.substr(host_end + 1);
    authority.erase(host_end);
  }
  if (!std::all_of(url.port.begin(), url.port.end(), absl::ascii_isdigit)) {
    return absl::InvalidArgumentError("the port is no number");
  }
  if (authority.size() >= 2 && authority.front() == '[') authority = authority.substr(1, authority.size() - 2);
  url.host = absl::AsciiStrToLower(authority);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<UrlParts> ParseUrl(const std::string& location) {
  UrlParts url;
  const size_t mark = location.find("://");
  if (mark == std::string::npos) {  // ssh's "user@host:path" and "user@[host]:path".
    url.scheme = "ssh";
    const size_t close = location.find("]:");
    const size_t colon = close == std::string::npos ? location.find(':') : close + 1;
    if (colon == std::string::npos) return absl::InvalidArgumentError("this is no URL");
    url.path = location.substr(colon + 1);
    std::string authority = location.substr(0, colon);
    if (absl::Status status = ParseAuthority(authority, url); !status.ok()) return status;
    if (!url.port.empty()) return absl::InvalidArgumentError("\"host:path\" takes no port: write ssh://host:port/path");
  } else {
    url.scheme = absl::AsciiStrToLower(location.substr(0, mark));
    const size_t begin = mark + 3;
    const size_t end = std::min(location.find_first_of("/?#\\", begin), location.size());
    url.path = location.substr(end);
    if (absl::Status status = ParseAuthority(location.substr(begin, end - begin), url); !status.ok()) return status;
  }
  if (url.host.empty() && url.scheme != "file") return absl::InvalidArgumentError("the URL names no host");
  if (!url.host.empty() && url.host.front() == '-') return absl::InvalidArgumentError("the host begins with '-'");
  return url;
}

std::string LocationArgument(const Source& source) {
  const size_t begin = source.location.find("://");
  if (source.kind != SourceKind::kUrl || !absl::StartsWithIgnoreCase(source.location, "http") ||
      begin == std::string::npos) {
    return source.location;
  }
  const size_t end = std::min(source.location.find_first_of("/?#\\", begin + 3), source.location.size());
  const size_t at = source.location.rfind('@', end);
  if (at == std::string::npos || at < begin || at >= end) return source.location;
  return source.location.substr(0, begin + 3) + source.location.substr(at + 1);
}

absl::StatusOr<std::string> ReadSecret(const std::string& file, const std::string& variable) {
  std::string secret;
  std::string place;
  if (!file.empty()) {
    place = absl::StrCat("the file '", file, "'");
    absl::StatusOr<std::optional<std::string>> text = ReadFileIfThere(file);
    if (!text.ok()) return text.status();
    if (!text->has_value()) return absl::NotFoundError(absl::StrCat("a secret is expected in ", place));
    secret = **std::move(text);
  } else if (!variable.empty()) {
    place = absl::StrCat("the environment variable ", variable);
    const char* value = std::getenv(variable.c_str());
    if (value == nullptr) return absl::NotFoundError(absl::StrCat("a secret is expected in ", place));
    secret = value;
  } else {
    return secret;
  }
  absl::StripAsciiWhitespace(&secret);
  const bool is_text = std::none_of(secret.begin(), secret.end(), absl::ascii_iscntrl);
  if (!secret.empty() && secret.size() <= kSecretBytesMax && is_text) return secret;
  return absl::InvalidArgumentError(absl::StrCat(place, " holds no secret: one line of text is expected"));
}

absl::StatusOr<std::vector<std::string>> TransportEnvironment(const Source& source, const TransportOptions& options) {
  std::vector<std::string> environment;
  if (source.kind != SourceKind::kUrl) return environment;
  const absl::StatusOr<UrlParts> url = ParseUrl(source.location);
  if (!url.ok()) return url.status();
  std::string address;
  GitConfig config;
  const bool is_http = url->scheme == "http" || url->scheme == "https";
  if (options.admit) {
    absl::StatusOr<std::string> admitted = options.admit(source.location);
    if (!admitted.ok()) return admitted.status();
    address = *std::move(admitted);
    config.Set("http.followRedirects", "false");
    environment.push_back("GIT_ALLOW_PROTOCOL=" + url->scheme);
    // A proxy would resolve the name once more, and connect where it likes.
    for (const char* proxy : {"http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"}) {
      environment.emplace_back(proxy);
    }
  }
  if (is_http) {
    const std::string port = !url->port.empty() ? url->port : url->scheme == "https" ? "443" : "80";
    const bool is_literal = url->host == address;
    if (!address.empty() && !is_literal) {
      const std::string bracketed = address.find(':') == std::string::npos ? address : "[" + address + "]";
      config.Set("http.curloptResolve", absl::StrCat(url->host, ":", port, ":", bracketed));
    }
    config.Set("http.lowSpeedLimit", absl::StrCat(kSlowBytesPerSecond));
    config.Set("http.lowSpeedTime", absl::StrCat(std::max<int64_t>(absl::ToInt64Seconds(options.stall), 1)));
    if (absl::Status status = SetAuthorization(*url, options.credentials, config); !status.ok()) return status;
  }
  const bool has_own_ssh = std::getenv("GIT_SSH_COMMAND") != nullptr || std::getenv("GIT_SSH") != nullptr;
  const bool has_ssh_files = !options.credentials.ssh_key_file.empty() || !options.credentials.known_hosts_file.empty();
  if (url->scheme == "ssh" && (!has_own_ssh || has_ssh_files || !address.empty())) {
    environment.push_back("GIT_SSH_COMMAND=" + SshCommand(*url, address, options));
    environment.emplace_back("GIT_SSH_VARIANT=ssh");
  }
  config.AppendTo(environment);
  return environment;
}

}  // namespace setpoint::storage
