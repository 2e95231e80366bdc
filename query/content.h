// What a resource's content is. Any thread.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "query/view.h"
#include "storage/log/fact_keys.h"

namespace setpoint::query {

// Canonical JSON. kFailedPrecondition where it was erased, with who, when and why; kDataLoss where the store is
// damaged.
absl::StatusOr<std::string> ReadContentJson(const View& view, const storage::ContentKey& content);

}  // namespace setpoint::query
