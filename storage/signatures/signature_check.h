// One signature, verified by the tool of its format in a process of its own: gpgv, ssh-keygen or openssl. Any thread;
// the calling thread waits.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "storage/git/object_signature.h"
#include "storage/projections/verdicts.h"
#include "storage/signatures/keyring.h"

namespace setpoint::storage {

struct SignatureCheck {
  const Keyring& keyring;
  const SignedObject& object;
  int64_t committed = 0;  // When the committer says he signed: what SSH and X.509 keys must have been valid at.
  std::string name;       // Of files in the keyring's folder; of its own among all checks at the same time.
  absl::Duration deadline = absl::Seconds(10);  // Of each process.
};

// `verified` is left to the caller. kFailedPrecondition, with the package to install, where there is no such tool;
// a process that does not end is a verdict (kUnverifiable).
absl::StatusOr<Verdict> CheckSignature(const SignatureCheck& check);

}  // namespace setpoint::storage
