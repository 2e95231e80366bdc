// What a request's caller is shown: by the parameter `show_secrets`, which every reading path takes, and by the
// caller's role. Any thread.
#pragma once

#include "query/disclosure.h"
#include "server/http/request.h"

namespace setpoint::server {

// Secrets are shown to who asks for them and may read them; where nobody is asked who they are, to who asks for them.
query::Disclosure DisclosureFor(const Request& request);

}  // namespace setpoint::server
