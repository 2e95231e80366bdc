// Whether a store is what its log says: every link of the chain, every digest, every projection row, and, where Git is
// at hand, the changes themselves.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "storage/formats/decoder.h"
#include "storage/ingest/rebuild.h"
#include "storage/projections/database.h"

namespace setpoint::storage {

struct VerifyReport {
  uint64_t entries = 0;               // Entries of the log whose link of the hash chain was recomputed.
  uint64_t contents = 0;              // Contents whose SHA-256 was compared.
  uint64_t texts = 0;                 // Texts whose blob id was recomputed.
  uint64_t objects = 0;               // Commits and tags whose id was recomputed.
  uint64_t rows = 0;                  // Projection rows compared with those derived again.
  uint64_t states = 0;                // Entries whose changes were derived again from Git.
  std::vector<std::string> problems;  // One line each, at most 100; empty: the store is sound.
};

struct VerifyOptions {
  bool from_git = true;  // Also derive the changes again where the mirror has the objects.
  EntryProgress progress;
  Decoder decoder = {};  // Entries of other versions than this one's keep what they say. The present one, but in tests.
};

// Recomputes the chain, every digest and every projection. An error only where the store cannot be read at all.
absl::StatusOr<VerifyReport> Verify(const Database& database, const VerifyOptions& options = {});

}  // namespace setpoint::storage
