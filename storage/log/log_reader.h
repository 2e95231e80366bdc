// The log, read: one entry, a run of them, or the whole chain verified. Readers go up to `applied` (meta.h), never to
// the last key. Any thread; a LogScan belongs to one thread at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "storage/base/digest.h"
#include "storage/base/ids.h"
#include "storage/engine/store.h"
#include "storage/log/entry.h"
#include "storage/log/genesis.h"

namespace setpoint::storage {

// Nothing where there is no such revision (0 has no entry); kDataLoss where its record is damaged. The link to the
// record before is not checked here: VerifyChain does.
absl::StatusOr<std::optional<Entry>> ReadEntry(const RowReader& rows, Revision revision);
absl::StatusOr<std::optional<EntryHead>> ReadEntryHead(const RowReader& rows, Revision revision);

// Nothing in a store without a log.
absl::StatusOr<std::optional<Genesis>> ReadGenesis(const RowReader& rows);

// H(revision); nothing where there is no such record.
absl::StatusOr<std::optional<Digest>> ReadChainHash(const RowReader& rows, Revision revision);

// Entries in the order of the log, from one revision to another, both inclusive. Must not outlive the rows.
//   LogScan scan(rows, from, to);
//   while (scan.Next()) Use(scan.revision(), scan.entry());
//   return scan.status();
class LogScan {
 public:
  LogScan(const RowReader& rows, Revision from, Revision to);

  // Moves to the next entry, the first one at the first call. False at the end, or at an error.
  bool Next();
  Revision revision() const { return revision_; }
  const Entry& entry() const { return entry_; }
  // The same, to be moved from.
  Entry& entry() { return entry_; }
  // The bytes as they stand in the log, valid until Next.
  std::string_view bytes() const { return bytes_; }
  // Not OK where Next ended early: an unreadable store, a damaged entry, a gap in the revisions.
  const absl::Status& status() const { return status_; }

 private:
  bool Fail(absl::Status status);

  const Revision to_;
  std::unique_ptr<RowIterator> row_;
  Revision next_;
  Revision revision_;
  Entry entry_;
  std::string_view bytes_;
  bool started_ = false;
  absl::Status status_;
};

// Called now and then with the revisions verified so far; false stops the verification (kCancelled).
using ChainProgress = std::function<bool(uint64_t done, uint64_t total)>;

// Recomputes H(n) for every record from `from` to `to`, both inclusive, against the hash kept for `from` − 1 (or
// against nothing, where `from` is 0: the whole chain). kDataLoss, naming the first revision that is missing or
// differs, so that no byte of a key or a record in between can have changed unnoticed.
absl::Status VerifyChain(const RowReader& rows, Revision from, Revision to, const ChainProgress& progress = {});

}  // namespace setpoint::storage
