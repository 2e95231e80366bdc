// By openssl cms, against the certificates of the keyring alone, at the time of the commit.
// Private to storage/signatures. Any thread.
#pragma once

#include "absl/status/statusor.h"
#include "storage/signatures/signature_check.h"

namespace setpoint::storage {

// The payload is there. Errors as RunWorker.
absl::StatusOr<Verdict> CheckX509(const SignatureCheck& check);

}  // namespace setpoint::storage
