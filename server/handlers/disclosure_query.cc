#include "server/handlers/disclosure_query.h"

#include <algorithm>

namespace setpoint::server {

query::Disclosure DisclosureFor(const Request& request) {
  const bool asked = std::any_of(request.query.begin(), request.query.end(), [](const auto& parameter) {
    return parameter.first == "show_secrets" && parameter.second == "true";
  });
  const bool may = request.caller == nullptr || request.caller->role >= Role::kReadSecrets;
  return {.secrets = asked && may ? query::Secrets::kShown : query::Secrets::kRedacted};
}

}  // namespace setpoint::server
