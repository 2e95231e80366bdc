// Appends entries to an open store without any Git: each is a commit that changes one resource of about 300 bytes, as
// the last step of an ingest has it. One thread: the store's writer.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "storage/ingest/appender.h"
#include "storage/ingest/decode_memo.h"
#include "storage/projections/database.h"

namespace setpoint::tools {

class EntrySource {
 public:
  // Begins a branch of a repository `bench`. The database outlives it and has no such repository.
  static absl::StatusOr<std::unique_ptr<EntrySource>> Begin(storage::Database& database);
  EntrySource(const EntrySource&) = delete;
  EntrySource& operator=(const EntrySource&) = delete;

  // Makes the next entry, decoded and built.
  absl::Status Prepare();
  // Appends what was prepared; durable and published when it returns.
  absl::Status Append();

 private:
  explicit EntrySource(std::unique_ptr<storage::Appender> appender);
  storage::PlannedEntry NewEntry(storage::Cause cause) const;

  const std::unique_ptr<storage::Appender> appender_;
  storage::DecodeMemo memo_;
  storage::ObjectId tip_;
  uint64_t commits_ = 0;
  std::optional<storage::PlannedEntry> planned_;
  storage::BuiltEntry built_;
};

}  // namespace setpoint::tools
