#include "server/http/gate.h"

#include <algorithm>
#include <string>
#include <utility>

#include "server/access/local_guard.h"
#include "server/http/error_mapping.h"
#include "storage/base/concat.h"
#include "storage/base/logging.h"

namespace setpoint::server {
namespace {

const storage::Logger& Log() {
  static const storage::Logger logger("server/http");
  return logger;
}

// Shared by all requests that authenticate themselves, for good.
const std::shared_ptr<const Caller>& Nobody() {
  static const auto nobody = std::make_shared<const Caller>(Caller{.name = "nobody", .role = Role::kNone});
  return nobody;
}

Response Unauthenticated(const absl::Status& status) {
  Response response = ProblemOf(status);
  if (absl::IsResourceExhausted(status)) {
    response = ProblemResponse(429, "too-many-wrong-tokens", {status.message().data(), status.message().size()});
    response.headers.emplace_back("Retry-After", "60");
  }
  response.headers.emplace_back("WWW-Authenticate", "Bearer realm=\"setpoint\"");
  return response;
}

Response Forbidden(std::string_view detail) { return ProblemResponse(403, "forbidden", detail); }

// An administrator of some repositories may do what concerns one of them as a whole.
bool CoversCall(const Caller& caller, const Request& request) {
  if (caller.scopes == nullptr) return true;
  const bool names_repository =
      request.segments.size() > 2 && request.segments[1] == "repositories" && !request.captures.empty();
  return names_repository && std::any_of(caller.scopes->begin(), caller.scopes->end(), [&](const TokenScope& scope) {
           return (scope.repository.empty() || scope.repository == request.captures.front()) &&
                  scope.environment.empty() && scope.ref.empty() && scope.path_prefix.empty();
         });
}

std::string PathOf(const Request& request) {
  std::string path;
  for (const std::string& segment : request.segments) path.append("/").append(segment);
  return path;
}

}  // namespace

bool AsksForSecrets(const Request& request) {
  return std::any_of(request.query.begin(), request.query.end(), [](const auto& parameter) {
    return parameter.first == "show_secrets" && parameter.second == "true";
  });
}

std::optional<Response> Gate::AdmitUnasked(Need need, const Request& request) const {
  if (need == Need::kNothing || need == Need::kItself) return std::nullopt;
  const absl::Status status = CheckLocal({.host = request.Header("host"),
                                          .origin = request.Header("origin"),
                                          .fetch_site = request.Header("sec-fetch-site")});
  if (status.ok()) return std::nullopt;
  return ProblemOf(status);
}

std::optional<Response> Gate::Admit(Need need, Request& request) const {
  if (!authenticator_.IsAsking()) return AdmitUnasked(need, request);
  request.caller = Nobody();
  if (need == Need::kItself) return std::nullopt;
  // Whoever sends a token is known by it everywhere; a path that needs none does without.
  const auto authorization = request.Header("authorization");
  if (need == Need::kNothing && !authorization) return std::nullopt;
  auto caller = authenticator_.Authenticate(authorization, request.peer);
  if (!caller.ok()) return Unauthenticated(caller.status());
  request.caller = *std::move(caller);
  const Role role = request.caller->role;
  if (need == Need::kAdmin && role < Role::kAdmin) return Forbidden("this needs a token with the role admin");
  if (need == Need::kAdmin && !CoversCall(*request.caller, request)) {
    return Forbidden("this needs a token whose scope covers all of what it concerns");
  }
  if (need == Need::kReadAll && request.caller->scopes != nullptr) {
    return Forbidden("this needs a token without a scope: it tells of everything at once");
  }
  if (AsksForSecrets(request) && role < Role::kReadSecrets) {
    return Forbidden("show_secrets=true needs a token with the role read-secrets");
  }
  return std::nullopt;
}

std::optional<Response> Gate::BeginAudited(Need need) const {
  if (need != Need::kAdmin) return std::nullopt;
  if (absl::Status status = audit_log_.CheckWritable(); !status.ok()) {
    Log().Error(storage::Concat("an administrative call was refused: ", std::string(status.message())));
    return ProblemResponse(503, "no-audit-log", "the audit log cannot be written, so nothing may be done");
  }
  return std::nullopt;
}

Response Gate::FinishAudited(Need need, const Request& request, Response response) const {
  // Who is nobody did nothing; that is in the log.
  const bool is_nobody = request.caller != nullptr && request.caller->role == Role::kNone;
  if (need != Need::kAdmin || is_nobody) return response;
  const absl::Status status = audit_log_.Append({.caller = request.caller.get(),
                                                 .peer = request.peer,
                                                 .method = request.method == Method::kPost ? "POST" : "GET",
                                                 .path = PathOf(request),
                                                 .status = response.status});
  if (status.ok()) return response;
  Log().Error(storage::Concat("a call that was answered ", response.status,
                              " is in no audit log: ", std::string(status.message())));
  return ProblemResponse(500, "no-audit-log", "the call was carried out, but the audit log could not be written");
}

}  // namespace setpoint::server
