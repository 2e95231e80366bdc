#include "server/handlers/disclosure_query.h"

#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "query/environment.h"
#include "query/visibility.h"
#include "server/http/gate.h"

namespace setpoint::server {
namespace {

using query::VisibleScope;

// Narrows a scope to what also lies below a prefix. False: nothing does.
bool Narrow(std::string_view prefix, VisibleScope& scope) {
  if (query::LiesBelow(scope.path_prefix, prefix)) return true;
  if (!query::LiesBelow(prefix, scope.path_prefix)) return false;
  scope.path_prefix = prefix;
  return true;
}

absl::Status AddVisible(const storage::Database& database, const TokenScope& scope, std::vector<VisibleScope>& to) {
  if (scope.environment.empty()) {
    to.push_back({.repository = scope.repository, .ref = scope.ref, .path_prefix = scope.path_prefix});
    return absl::OkStatus();
  }
  auto found = query::ScopesOfEnvironment(database, scope.repository, scope.environment);
  if (!found.ok()) return found.status();
  for (VisibleScope& each : *found) {
    if (Narrow(scope.path_prefix, each)) to.push_back(std::move(each));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<query::Disclosure> DisclosureFor(const storage::Database& database, const Request& request) {
  query::Disclosure disclosure;
  const Caller* caller = request.caller.get();
  const bool may = caller == nullptr || caller->role >= Role::kReadSecrets;
  if (may && AsksForSecrets(request)) disclosure.secrets = query::Secrets::kShown;
  if (caller == nullptr || (caller->scopes == nullptr && caller->role != Role::kNone)) return disclosure;
  auto visible = std::make_shared<std::vector<VisibleScope>>();
  if (caller->role != Role::kNone) {
    for (const TokenScope& scope : *caller->scopes) {
      if (absl::Status status = AddVisible(database, scope, *visible); !status.ok()) return status;
    }
  }
  disclosure.scopes = std::move(visible);
  return disclosure;
}

}  // namespace setpoint::server
