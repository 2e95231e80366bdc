// Carries every owned timeline over to the present decoders at once, from the texts that the store keeps (design.md,
// Decoder versions and healing). Nothing of the log's past changes: each timeline that needs it gets one more entry.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "storage/base/clock.h"
#include "storage/base/ids.h"
#include "storage/base/object_id.h"
#include "storage/formats/decoder.h"
#include "storage/ingest/rebuild.h"
#include "storage/projections/database.h"

namespace setpoint::storage {

struct RedecodeOptions {
  const Clock* clock = &SystemClock();
  Decoder decoder = {};    // The present one, but in tests.
  EntryProgress progress;  // Called with the refs looked at, and how many there are.
};

// What the new entry of one ref changed.
struct RedecodedRef {
  std::string repository;
  std::string ref;
  Revision revision;
  ObjectId commit;
  uint64_t created = 0;
  uint64_t updated = 0;
  uint64_t moved = 0;
  uint64_t deleted = 0;
  uint64_t failed = 0;  // Held: their file does not decode whole.
};

struct RedecodeReport {
  std::vector<RedecodedRef> refs;  // Those that needed it, in the order of their entries.
  uint64_t current = 0;            // Refs that stood at the present version already.
};

// Each ref in one atomic write: what an interruption leaves undone, the next call does. kFailedPrecondition where a
// newer program decoded the store.
absl::StatusOr<RedecodeReport> Redecode(Database& database, const RedecodeOptions& options = {});

}  // namespace setpoint::storage
