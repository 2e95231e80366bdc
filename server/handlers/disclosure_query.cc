#include "server/handlers/disclosure_query.h"

#include <memory>
#include <vector>

#include "server/http/gate.h"

namespace setpoint::server {

query::Disclosure DisclosureFor(const Request& request) {
  query::Disclosure disclosure;
  const Caller* caller = request.caller.get();
  const bool may = caller == nullptr || caller->role >= Role::kReadSecrets;
  if (may && AsksForSecrets(request)) disclosure.secrets = query::Secrets::kShown;
  if (caller == nullptr) return disclosure;
  disclosure.scopes = caller->scopes;
  if (caller->role == Role::kNone) disclosure.scopes = std::make_shared<const std::vector<query::VisibleScope>>();
  return disclosure;
}

}  // namespace setpoint::server
