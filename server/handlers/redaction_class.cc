#include "server/handlers/redaction_class.h"

#include "server/handlers/disclosure_query.h"

namespace setpoint::server {

std::string RedactionClass(const Request& request) { return DisclosureFor(request).Class(); }

}  // namespace setpoint::server
