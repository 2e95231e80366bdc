// The only appender to the log. It gives the next revision, encodes, chains and puts the row; whoever called writes the
// rows and then shows the revision (PutApplied, in the same write). A value: where that write fails, go on with a copy
// made before. One thread at a time.
#pragma once

#include <cstdint>

#include "absl/status/statusor.h"
#include "storage/base/digest.h"
#include "storage/base/ids.h"
#include "storage/engine/row_sink.h"
#include "storage/engine/store.h"
#include "storage/log/entry.h"
#include "storage/log/genesis.h"

namespace setpoint::storage {

class LogWriter {
 public:
  // Begins a log: puts the genesis record and `applied` = 0.
  static LogWriter Create(const Genesis& genesis, RowSink& sink);

  // Goes on where `applied` says, never at the last key of the log: what is beyond was never shown, and its numbers are
  // used again. kNotFound where there is no log yet; kDataLoss where the record at `applied` is missing or damaged.
  static absl::StatusOr<LogWriter> Open(const RowReader& rows);

  // Goes on from a known end.
  LogWriter(Revision last_revision, const Digest& last_hash, int64_t last_observed)
      : last_revision_(last_revision), last_hash_(last_hash), last_observed_(last_observed) {}

  // Puts the next record into `sink`; its revision. kResourceExhausted, and nothing put, where the entry has more than
  // kEntryChangesMax changes or kEntryBytesMax bytes: then its commit is refused and its ref degraded. The caller keeps
  // entry_rules.h and lets `observed` never run backwards: anything else is a broken invariant.
  absl::StatusOr<Revision> Append(const Entry& entry, RowSink& sink);

  // The end of the log: of the newest entry, or of the genesis record.
  Revision last_revision() const { return last_revision_; }
  const Digest& last_hash() const { return last_hash_; }
  // The newest entry's time; the least there is where there is no entry.
  int64_t last_observed() const { return last_observed_; }

 private:
  Revision last_revision_;
  Digest last_hash_;
  int64_t last_observed_;
};

}  // namespace setpoint::storage
