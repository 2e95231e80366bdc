#include "server/access/token_line.h"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "absl/time/time.h"
#include "query/time_text.h"
#include "storage/base/concat.h"
#include "storage/base/hex.h"

namespace setpoint::server {
namespace {

constexpr std::string_view kDigestMark = "sha256:";
constexpr std::string_view kEscaped = "%, \t";
constexpr size_t kNameBytesMax = 64;

absl::Status Wrong(std::string_view what) { return absl::InvalidArgumentError(std::string(what)); }

// Logs and the audit log carry it: one plain word.
bool IsName(std::string_view name) {
  return !name.empty() && name.size() <= kNameBytesMax && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
           c == '-' || c == '@';
  });
}

std::optional<std::string> Unescape(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out.push_back(text[i]);
      continue;
    }
    const auto byte = storage::HexDecode(text.substr(i + 1, 2));
    if (!byte || byte->size() != 1) return std::nullopt;
    out.append(*byte);
    i += 2;
  }
  return out;
}

std::string Escape(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (kEscaped.find(c) == std::string_view::npos) {
      out.push_back(c);
    } else {
      out.append(absl::StrFormat("%%%02X", static_cast<unsigned char>(c)));
    }
  }
  return out;
}

std::optional<int64_t> ParseInstant(std::string_view text) {
  absl::Time time;
  if (!absl::ParseTime(absl::RFC3339_full, {text.data(), text.size()}, &time, nullptr)) return std::nullopt;
  return absl::ToUnixSeconds(time);
}

// The words after the role.
absl::Status ParseOption(std::string_view word, TokenLine& token, std::vector<TokenScope>& scopes) {
  if (word.starts_with("expires=")) {
    token.expires = ParseInstant(word.substr(8));
    return token.expires ? absl::OkStatus() : Wrong("`expires` is a time as 2027-01-31T00:00:00Z");
  }
  if (!word.starts_with("scope=")) return Wrong("after the role only expires=TIME and scope=… may stand");
  auto scope = ParseScope(word.substr(6));
  if (!scope.ok()) return scope.status();
  scopes.push_back(*std::move(scope));
  return absl::OkStatus();
}

std::string FormatScope(const TokenScope& scope) {
  std::vector<std::string> parts;
  if (!scope.repository.empty()) parts.push_back("repo=" + scope.repository);
  if (!scope.environment.empty()) parts.push_back("environment=" + scope.environment);
  if (!scope.ref.empty()) parts.push_back("ref=" + Escape(scope.ref));
  if (!scope.path_prefix.empty()) parts.push_back("path=" + Escape(scope.path_prefix));
  std::string text;
  for (const std::string& part : parts) text.append(text.empty() ? "" : ",").append(part);
  return text;
}

}  // namespace

absl::StatusOr<Role> ParseRole(std::string_view text) {
  for (const Role role : {Role::kRead, Role::kReadSecrets, Role::kAdmin}) {
    if (text == RoleName(role)) return role;
  }
  return Wrong("the role is read, read-secrets or admin");
}

absl::StatusOr<TokenScope> ParseScope(std::string_view text) {
  TokenScope scope;
  for (const absl::string_view each : absl::StrSplit(absl::string_view(text.data(), text.size()), ',')) {
    const std::string_view part(each.data(), each.size());
    const size_t equals = part.find('=');
    const std::string_view name = part.substr(0, equals);
    std::string* member = nullptr;
    if (name == "repo") member = &scope.repository;
    if (name == "environment") member = &scope.environment;
    if (name == "ref") member = &scope.ref;
    if (name == "path") member = &scope.path_prefix;
    if (member == nullptr || equals == std::string_view::npos) {
      return Wrong("a scope is made of repo=NAME, environment=NAME or ref=REF, and path=PREFIX, with commas between");
    }
    const auto value = Unescape(part.substr(equals + 1));
    if (!value || value->empty()) return Wrong("a part of a scope is empty, or has a broken %XX");
    if (!member->empty()) return Wrong("a part of a scope is given twice");
    *member = *value;
  }
  if (!scope.environment.empty() && !scope.ref.empty())
    return Wrong("an environment has its own ref; name one of them");
  if (!scope.ref.empty() && !scope.ref.starts_with("refs/")) scope.ref.insert(0, "refs/heads/");
  return scope;
}

absl::StatusOr<TokenLine> ParseTokenLine(std::string_view line) {
  const std::vector<std::string> words =
      absl::StrSplit(absl::string_view(line.data(), line.size()), absl::ByAnyChar(" \t"), absl::SkipEmpty());
  if (words.size() < 3) return Wrong("a line is NAME sha256:HEX ROLE, as `setpoint token new` prints it");
  TokenLine token;
  token.caller.name = words[0];
  if (!IsName(words[0])) return Wrong("the name is up to 64 letters, digits, '.', '_', '-' and '@'");
  std::optional<std::string> raw;
  if (words[1].starts_with(kDigestMark)) raw = storage::HexDecode(words[1].substr(kDigestMark.size()));
  const auto digest = raw ? storage::Digest::FromBytes(*raw) : std::nullopt;
  if (!digest) return Wrong("the second word is sha256: and 64 hex digits, the hash of a token and never a token");
  token.digest = *digest;
  auto role = ParseRole(words[2]);
  if (!role.ok()) return role.status();
  token.caller.role = *role;
  std::vector<TokenScope> scopes;
  for (size_t i = 3; i < words.size(); ++i) {
    if (absl::Status status = ParseOption(words[i], token, scopes); !status.ok()) return status;
  }
  if (!scopes.empty()) {
    token.caller.scopes = std::make_shared<const std::vector<TokenScope>>(std::move(scopes));
  }
  return token;
}

std::string FormatTokenLine(const TokenLine& token) {
  std::string line =
      storage::Concat(token.caller.name, " ", kDigestMark, token.digest.Hex(), " ", RoleName(token.caller.role));
  if (token.expires) line += storage::Concat(" expires=", query::FormatTime(*token.expires));
  if (token.caller.scopes == nullptr) return line;
  for (const TokenScope& scope : *token.caller.scopes) line += storage::Concat(" scope=", FormatScope(scope));
  return line;
}

}  // namespace setpoint::server
