// The fields that a resource had once and has no more, with who removed them. Any thread.
#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "query/blame.h"
#include "query/view.h"

namespace setpoint::query {

// As ReadBlame, of what is gone: the value that it had last, and the entry that removed it, newest first. A field that
// came back, at its pointer and with whatever value, is not gone; of a list, whose places are taken by what follows,
// only one that came back with the same value. The resource itself may be gone: then its last fields are among them.
// kNotFound: unknown-resource as ReadHistory has it. kInvalidArgument (bad-pointer) where the pointer is none.
absl::StatusOr<std::vector<BlameField>> ReadDeletedFields(const View& view, const BlameRequest& request);

}  // namespace setpoint::query
