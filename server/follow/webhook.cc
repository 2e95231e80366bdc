#include "server/follow/webhook.h"

#include <algorithm>
#include <array>
#include <utility>

#include "query/json_value.h"
#include "query/text.h"
#include "storage/base/concat.h"
#include "storage/base/digest_mac.h"
#include "storage/base/hex.h"
#include "storage/base/logging.h"
#include "storage/git/transport.h"

namespace setpoint::server {
namespace {

using query::JsonValue;
using storage::Concat;

const storage::Logger& Log() {
  static const storage::Logger logger("server/follow");
  return logger;
}

// Where forges write the URL of the repository that was pushed to.
constexpr std::array<std::array<std::string_view, 4>, 12> kUrlPaths = {{{"repository", "clone_url"},
                                                                        {"repository", "ssh_url"},
                                                                        {"repository", "git_url"},
                                                                        {"repository", "html_url"},
                                                                        {"repository", "git_http_url"},
                                                                        {"repository", "git_ssh_url"},
                                                                        {"repository", "url"},
                                                                        {"repository", "links", "html", "href"},
                                                                        {"project", "git_http_url"},
                                                                        {"project", "git_ssh_url"},
                                                                        {"clone_url"},
                                                                        {"url"}}};

const JsonValue* Find(const JsonValue& root, const std::array<std::string_view, 4>& path) {
  const JsonValue* value = &root;
  for (const std::string_view name : path) {
    if (name.empty()) break;
    value = value->Find(name);
    if (value == nullptr) return nullptr;
  }
  return value;
}

std::string_view HeaderOf(Forge forge) {
  switch (forge) {
    case Forge::kGithub:
    case Forge::kGeneric:
      return "x-hub-signature-256";
    case Forge::kGitlab:
      return "x-gitlab-token";
    case Forge::kGitea:
      return "x-gitea-signature";
    case Forge::kBitbucket:
      return "x-hub-signature";
  }
  return "";
}

}  // namespace

std::optional<Forge> ForgeOf(std::string_view word) {
  if (word == "github") return Forge::kGithub;
  if (word == "gitlab") return Forge::kGitlab;
  if (word == "gitea") return Forge::kGitea;
  if (word == "bitbucket") return Forge::kBitbucket;
  if (word == "generic") return Forge::kGeneric;
  return std::nullopt;
}

bool IsGenuine(Forge forge, const Request& request, std::string_view secret) {
  const std::optional<std::string_view> given = request.Header(HeaderOf(forge));
  if (!given.has_value() || secret.empty()) return false;
  // Digests have one length, so that not even the secret's is told.
  if (forge == Forge::kGitlab) {
    return storage::SameInConstantTime(storage::Sha256(*given).Bytes(), storage::Sha256(secret).Bytes());
  }
  std::string_view digits = *given;
  if (forge != Forge::kGitea) {
    constexpr std::string_view kPrefix = "sha256=";
    if (!digits.starts_with(kPrefix)) return false;
    digits.remove_prefix(kPrefix.size());
  }
  const std::optional<std::string> signature = storage::HexDecode(digits);
  return signature.has_value() &&
         storage::SameInConstantTime(*signature, storage::HmacSha256(secret, request.body).Bytes());
}

std::vector<std::string> HintsOf(std::string_view payload) {
  std::vector<std::string> hints;
  const auto root = query::ParseJson(payload);
  if (!root.ok()) return hints;
  for (const auto& path : kUrlPaths) {
    const JsonValue* value = Find(*root, path);
    if (value != nullptr && value->kind == JsonValue::Kind::kString) hints.push_back(value->Scalar());
  }
  return hints;
}

std::string NormalRepositoryUrl(const std::string& url) {
  const auto parts = storage::ParseUrl(url);
  if (!parts.ok() || parts->host.empty()) return "";
  std::string path = query::LowerCase(parts->path.substr(0, parts->path.find_first_of("?#")));
  while (path.ends_with('/')) path.pop_back();
  if (path.ends_with(".git")) path.resize(path.size() - 4);
  path.erase(0, path.find_first_not_of('/'));
  const bool is_usual = parts->port.empty() || (parts->scheme == "https" && parts->port == "443") ||
                        (parts->scheme == "http" && parts->port == "80") ||
                        (parts->scheme == "ssh" && parts->port == "22");
  return Concat(parts->host, is_usual ? "" : ":", is_usual ? "" : parts->port, "/", path);
}

void WebhookSecrets::SetOptions(const ServerOptions& options) {
  std::map<std::string, Place> own;
  for (const FollowedRepository& repository : options.sources) {
    if (repository.webhook_secret_file.empty() && repository.webhook_secret_env.empty()) continue;
    own[repository.name] = {repository.webhook_secret_file, repository.webhook_secret_env};
  }
  absl::MutexLock lock(&mutex_);
  common_ = {options.hooks.secret_file, options.hooks.secret_env};
  own_ = std::move(own);
}

std::string WebhookSecrets::Read(const Place& place) {
  absl::StatusOr<std::string> secret = storage::ReadSecret(place.file, place.variable);
  if (secret.ok()) return *std::move(secret);
  Log().Error(Concat("no webhook is accepted: ", secret.status().message()));
  return "";
}

std::string WebhookSecrets::SecretFor(const std::string& repository) const {
  Place place;
  {
    absl::MutexLock lock(&mutex_);
    const auto own = own_.find(repository);
    place = own == own_.end() ? common_ : own->second;
  }
  return Read(place);
}

std::string WebhookSecrets::CommonSecret() const {
  Place place;
  {
    absl::MutexLock lock(&mutex_);
    place = common_;
  }
  return Read(place);
}

std::optional<std::vector<std::string>> MeantBy(Forge forge, const Request& request,
                                                const std::optional<std::string>& named, const FollowTable& table,
                                                const WebhookSecrets& secrets) {
  std::vector<std::string> meant;
  if (named.has_value()) {
    if (table.Find(*named).has_value()) meant.push_back(*named);
  } else {
    std::vector<std::string> hints = HintsOf(request.body);
    std::transform(hints.begin(), hints.end(), hints.begin(), NormalRepositoryUrl);
    for (const FollowState& state : table.All()) {
      const std::string url = NormalRepositoryUrl(state.source);
      if (!url.empty() && std::find(hints.begin(), hints.end(), url) != hints.end()) meant.push_back(state.repository);
    }
  }
  // Whether a repository is followed is told to nobody who does not know a secret.
  if (meant.empty() && !IsGenuine(forge, request, secrets.CommonSecret())) return std::nullopt;
  const size_t found = meant.size();
  std::erase_if(
      meant, [&](const std::string& repository) { return !IsGenuine(forge, request, secrets.SecretFor(repository)); });
  if (found > 0 && meant.empty()) return std::nullopt;
  return meant;
}

}  // namespace setpoint::server
