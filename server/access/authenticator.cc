#include "server/access/authenticator.h"

#include <utility>

#include "query/text.h"
#include "storage/base/concat.h"
#include "storage/base/logging.h"

namespace setpoint::server {
namespace {

const storage::Logger& Log() {
  static const storage::Logger logger("server/access");
  return logger;
}

// What stands after "Bearer "; nothing: another scheme.
std::optional<std::string_view> BearerToken(std::string_view authorization) {
  constexpr std::string_view kScheme = "bearer ";
  if (authorization.size() < kScheme.size()) return std::nullopt;
  if (query::LowerCase(authorization.substr(0, kScheme.size())) != kScheme) return std::nullopt;
  authorization.remove_prefix(kScheme.size());
  while (authorization.starts_with(' ')) authorization.remove_prefix(1);
  return authorization;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Authenticator>> Authenticator::Open(const std::string& token_file,
                                                                   RefusalLimitOptions limit,
                                                                   const storage::Clock& clock) {
  std::unique_ptr<Authenticator> authenticator(new Authenticator(token_file, limit, clock));
  if (!authenticator->IsAsking()) return authenticator;
  if (absl::Status status = authenticator->Reload(); !status.ok()) return status;
  return authenticator;
}

absl::Status Authenticator::Reload() {
  if (!IsAsking()) return absl::OkStatus();
  auto table = TokenTable::Read(token_file_);
  if (!table.ok()) return table.status();
  auto fresh = std::make_shared<const TokenTable>(*std::move(table));
  Log().Info(storage::Concat(fresh->size(), " tokens are known"));
  const absl::MutexLock lock(&mutex_);
  tokens_ = std::move(fresh);
  return absl::OkStatus();
}

std::shared_ptr<const TokenTable> Authenticator::tokens() const {
  const absl::MutexLock lock(&mutex_);
  return tokens_;
}

absl::StatusOr<std::shared_ptr<const Caller>> Authenticator::Authenticate(std::optional<std::string_view> authorization,
                                                                          std::string_view peer) {
  if (!authorization) return absl::UnauthenticatedError("a token is needed: Authorization: Bearer TOKEN");
  const auto token = BearerToken(*authorization);
  TokenTable::Found found;
  if (token) found = tokens()->Find(*token, clock_.NowSeconds());
  if (found.verdict == TokenTable::Verdict::kKnown) return found.caller;
  const std::string network = NetworkOf(peer);
  if (!limit_.Count(network, clock_.NowSeconds())) {
    return absl::ResourceExhaustedError("too many wrong tokens from this address; wait a minute");
  }
  if (found.verdict == TokenTable::Verdict::kExpired) {
    Log().Warning(storage::Concat("the token of ", found.caller->name, " has expired; it was sent from ", peer));
    return absl::UnauthenticatedError("the token has expired");
  }
  Log().Warning(storage::Concat("a token that is not known was sent from ", peer));
  return absl::UnauthenticatedError(token ? "the token is not known"
                                          : "only tokens are taken: Authorization: Bearer TOKEN");
}

}  // namespace setpoint::server
