// By ssh-keygen -Y, in the namespace "git", at the time of the commit.
// Private to storage/signatures. Any thread.
#pragma once

#include "absl/status/statusor.h"
#include "storage/signatures/signature_check.h"

namespace setpoint::storage {

// The payload is there. Errors as RunWorker.
absl::StatusOr<Verdict> CheckSsh(const SignatureCheck& check);

}  // namespace setpoint::storage
