#include "server/handlers/redaction_class.h"

#include "storage/base/coding.h"

namespace setpoint::server {

std::string RedactionClass(const Request& request) {
  if (request.caller == nullptr) return "everything";
  std::string text(1, static_cast<char>('0' + static_cast<int>(request.caller->role)));
  for (const AccessScope& scope : request.caller->scopes) {
    storage::AppendString(text, scope.repository);
    storage::AppendString(text, scope.ref);
    storage::AppendString(text, scope.path_prefix);
  }
  return text;
}

}  // namespace setpoint::server
