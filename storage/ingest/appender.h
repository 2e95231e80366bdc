// Makes built entries durable: log row, facts and projections of an entry go into one synced write (live), or many
// whole entries into one bulk chunk (a backfill), of which one is written while the next is built. Publishes what is
// durable, never more.
// One thread at a time: the builder's. After an error it and its database's catalog are of no use any more.
#pragma once

#include <cstdint>
#include <future>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "storage/engine/bulk_chunk.h"
#include "storage/engine/write_batch.h"
#include "storage/ingest/change_builder.h"
#include "storage/ingest/decode_memo.h"
#include "storage/ingest/planned_entry.h"
#include "storage/log/log_writer.h"
#include "storage/projections/database.h"
#include "storage/projections/projector.h"
#include "storage/projections/terms.h"

namespace setpoint::storage {

enum class AppendMode { kLive, kBulk };

class Appender {
 public:
  // `database` outlives it.
  static absl::StatusOr<std::unique_ptr<Appender>> Open(Database& database);
  ~Appender();

  // Changed only when everything is flushed.
  void SetMode(AppendMode mode) { mode_ = mode; }

  // Appends one entry with its facts. kResourceExhausted, and nothing done, where the log refuses its size; after any
  // other error the catalog is torn, and nothing more is written.
  // `planned` and its tasks give the bytes; the entry of `built` is the one appended.
  absl::Status Append(const BuiltEntry& built, PlannedEntry& planned, DecodeMemo& memo);

  // Everything appended is durable and published when it returns.
  absl::Status Flush();

  Projector& projector() { return projector_; }
  int64_t last_observed() const { return log_.last_observed(); }
  Revision last_revision() const { return log_.last_revision(); }

 private:
  Appender(Database& database, const LogWriter& log);

  RowSink& Sink();
  absl::Status Apply(const BuiltEntry& built, PlannedEntry& planned, DecodeMemo& memo);
  absl::Status PutFacts(const BuiltEntry& built, PlannedEntry& planned, const NewFacts& facts, DecodeMemo& memo);
  absl::Status PutTexts(const BuiltEntry& built, PlannedEntry& planned, const NewFacts& facts, DecodeMemo& memo);
  absl::Status WriteLive();
  absl::Status StartChunk();
  absl::Status FinishChunk();

  Database& database_;
  LogWriter log_;
  Projector projector_;
  TermWriter terms_;
  AppendMode mode_ = AppendMode::kLive;
  WriteBatch batch_;
  BulkChunk chunk_;
  std::future<absl::Status> writing_;
  Revision writing_upto_;
};

}  // namespace setpoint::storage
