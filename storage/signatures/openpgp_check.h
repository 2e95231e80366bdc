// By gpgv, which needs no home, agent or trust database and asks nobody.
// Private to storage/signatures. Any thread.
#pragma once

#include <string_view>

#include "absl/status/statusor.h"
#include "storage/signatures/signature_check.h"

namespace setpoint::storage {

// The payload is there. Errors as RunWorker.
absl::StatusOr<Verdict> CheckOpenPgp(const SignatureCheck& check);

// What gpgv says on its status descriptor (GnuPG's doc/DETAILS). A pure function.
Verdict OpenPgpVerdict(std::string_view status);

}  // namespace setpoint::storage
