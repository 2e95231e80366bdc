// Makes built entries durable: log row, facts and projections of an entry go into one synced write (live), or many
// whole entries into one bulk chunk (a backfill), of which one is written while the next is built. An entry that is too
// large for either goes into files part by part, and into the store with the last. Publishes what is durable, never
// more.
// One thread at a time: the builder's. After an error it and its database's catalog are of no use any more.
#pragma once

#include <cstdint>
#include <future>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

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
  // The entry of `built` is the one appended; `memo` gives texts and contents, and lets go of all that is at hand.
  absl::Status Append(const BuiltEntry& built, const PlannedEntry& planned, DecodeMemo& memo);

  // Everything appended is durable and published when it returns.
  absl::Status Flush();

  Projector& projector() { return projector_; }
  int64_t last_observed() const { return log_.last_observed(); }
  Revision last_revision() const { return log_.last_revision(); }

 private:
  Appender(Database& database, const LogWriter& log);

  struct NewBlob;

  // Takes the rows of an entry, from whoever puts them.
  class EntryRows final : public RowSink {
   public:
    explicit EntryRows(Appender& appender) : appender_(appender) {}
    void Put(Family family, std::string_view key, std::string_view value) override {
      appender_.PutRow(family, key, value);
    }

   private:
    Appender& appender_;
  };

  static std::vector<NewBlob> NewBlobs(const BuiltEntry& built, const NewFacts& facts);
  bool IsBulk() const { return mode_ == AppendMode::kBulk || has_staged_ || !chunk_.empty(); }
  void PutRow(Family family, std::string_view key, std::string_view value);
  void MakeRoom();
  absl::Status Apply(const BuiltEntry& built, const PlannedEntry& planned, DecodeMemo& memo);
  absl::Status PutFacts(const BuiltEntry& built, const PlannedEntry& planned, const NewFacts& facts, DecodeMemo& memo);
  absl::Status PutBlob(const NewBlob& blob, const Entry& entry, DecodeMemo& memo);
  absl::Status WriteLive();
  absl::Status StartChunk();
  absl::Status FinishChunk();
  absl::Status FinishStaging();

  Database& database_;
  LogWriter log_;
  Projector projector_;
  TermWriter terms_;
  AppendMode mode_ = AppendMode::kLive;
  WriteBatch batch_;
  BulkChunk chunk_;
  std::future<absl::Status> writing_;
  Revision writing_upto_;
  // Of the chunk at hand: its rows so far are on their way into files, or wait there.
  bool has_staged_ = false;
  std::future<absl::Status> staging_;
  absl::Status staged_;  // The first error of those before.
  EntryRows rows_{*this};
};

}  // namespace setpoint::storage
