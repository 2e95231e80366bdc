// The one place that lets requests in, before any handler sees them: who calls, and whether they may. And the one that
// records what administrators did. Thread-safe.
#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "server/access/audit_log.h"
#include "server/access/authenticator.h"
#include "server/http/request.h"
#include "server/http/router.h"

namespace setpoint::server {

class Gate {
 public:
  // Both outlive this.
  Gate(Authenticator& authenticator, AuditLog& audit_log) : authenticator_(authenticator), audit_log_(audit_log) {}

  // Nothing: the request may go on, and its `caller` is set. Else what to answer instead: 401 without a good token, 403
  // where the role is too small, secrets are asked for without the role, or (where nobody is asked) a foreign page
  // asks; 429 after too many wrong tokens. Does no I/O.
  std::optional<Response> Admit(Need need, Request& request) const;

  // Around the handler of an administrative call. Before: what to answer instead where the audit log cannot be written.
  // After, also where it was not admitted: the response, once it is recorded. Blocks on the disk.
  std::optional<Response> BeginAudited(Need need) const;
  Response FinishAudited(Need need, const Request& request, Response response) const;

 private:
  std::optional<Response> AdmitUnasked(Need need, const Request& request) const;

  Authenticator& authenticator_;
  AuditLog& audit_log_;
};

// Whether a request asks for secrets as they are: `show_secrets=true`.
bool AsksForSecrets(const Request& request);

}  // namespace setpoint::server
