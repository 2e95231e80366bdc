// What a request's caller is shown: by the parameter `show_secrets`, which every reading path takes, and by the
// caller's role. Any thread.
#pragma once

#include "absl/status/statusor.h"
#include "query/disclosure.h"
#include "server/http/request.h"
#include "storage/projections/database.h"

namespace setpoint::server {

// Secrets are shown to who asks for them and may read them; where nobody is asked who they are, to who asks for them.
// Environments that the caller's scopes name are what they are just now; blocks on the store for them alone.
absl::StatusOr<query::Disclosure> DisclosureFor(const storage::Database& database, const Request& request);

}  // namespace setpoint::server
