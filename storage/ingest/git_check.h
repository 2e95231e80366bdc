// Derives the changes of entries again from the mirrors, as far as those have the objects, and compares.
// One thread at a time.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "storage/formats/decoder.h"
#include "storage/log/entry.h"
#include "storage/projections/catalog.h"
#include "storage/projections/database.h"
#include "storage/projections/projector.h"

namespace setpoint::storage {

enum class GitVerdict { kSame, kDifferent, kNotAtHand };

class GitCheck {
 public:
  // `catalog` and `projector` stand right before each entry that is compared; all outlive it.
  GitCheck(const Database& database, const Catalog& catalog, Projector& projector, const Decoder& decoder);
  ~GitCheck();

  // An error only where the mirror is there and cannot be read.
  absl::StatusOr<GitVerdict> Compare(Revision revision, const Entry& entry, const CommitFacts* facts);

 private:
  struct Source;  // One repository's mirror, open.

  absl::StatusOr<Source*> SourceOf(const std::string& repository);

  const Database& database_;
  const Catalog& catalog_;
  Projector& projector_;
  const Decoder decoder_;
  std::map<std::string, std::unique_ptr<Source>> sources_;  // A null pointer: there is no mirror.
};

}  // namespace setpoint::storage
