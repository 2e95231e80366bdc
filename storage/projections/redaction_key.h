// The key of the digests that stand for secrets in answers: a row of the local `settings` family ("redaction-key", 32
// random bytes), made when the store is first opened for writing. Equal secrets of one store have equal digests as long
// as the store lives, and digests of two stores say nothing of each other. A store that is only read and has no such
// row yet gets a key for this process alone: its digests compare within one run.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "storage/base/random.h"
#include "storage/engine/store.h"

namespace setpoint::storage {

// Reads the key, and makes it where it is missing; `mode` says whether it may be kept. Any thread, one at a time.
absl::StatusOr<std::string> EnsureRedactionKey(Store& store, OpenMode mode, const RandomSource& random);

}  // namespace setpoint::storage
