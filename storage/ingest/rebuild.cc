#include "storage/ingest/rebuild.h"

#include <optional>
#include <utility>

#include "storage/base/limits.h"
#include "storage/engine/bulk_chunk.h"
#include "storage/engine/write_batch.h"
#include "storage/ingest/commit_facts.h"
#include "storage/ingest/empty_rows.h"
#include "storage/ingest/term_rows.h"
#include "storage/log/log_reader.h"
#include "storage/log/meta.h"
#include "storage/projections/projector.h"

namespace setpoint::storage {
namespace {

absl::Status ClearProjections(Store& store) {
  WriteBatch mark;
  PutProjectionsMark(ProjectionsMark::kUnderWay, mark);
  if (absl::Status status = store.Write(mark); !status.ok()) return status;
  for (const FamilyInfo& info : kFamilies) {
    if (info.family_class != FamilyClass::kProjection) continue;
    if (absl::Status status = store.Clear(info.family); !status.ok()) return status;
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status Rebuild(Store& store, const EntryProgress& progress) {
  absl::StatusOr<Revision> applied = ReadApplied(store);
  if (!applied.ok()) return applied.status();
  if (absl::Status status = ClearProjections(store); !status.ok()) return status;
  const EmptyRows nothing;
  Catalog catalog;
  Projector projector(nothing, catalog);
  BulkChunk chunk;
  projector.SetTarget(chunk);
  TermWriter terms(nothing, Revision(0));
  const auto make_room = [&]() -> absl::Status {
    if (chunk.bytes() < kBulkChunkBytesMax) return absl::OkStatus();
    return store.Ingest(std::exchange(chunk, BulkChunk()), WriteBatch());
  };
  LogScan log(store, Revision(1), *applied);
  while (log.Next()) {
    absl::StatusOr<std::optional<CommitFacts>> facts = ReadCommitFacts(store, catalog, log.entry());
    if (!facts.ok()) return facts.status();
    absl::StatusOr<NewFacts> done =
        projector.Apply(log.revision(), log.entry(), facts->has_value() ? &**facts : nullptr);
    if (!done.ok()) return done.status();
    absl::Status status = PutTermRows(store, log.revision(), *done, terms, chunk, make_room);
    if (status.ok()) status = make_room();
    if (!status.ok()) return status;
    if (progress) progress(log.revision().value, applied->value);
  }
  if (!log.status().ok()) return log.status();
  WriteBatch current;
  PutProjectionsMark(ProjectionsMark::kCurrent, current);
  return store.Ingest(std::move(chunk), current);
}

absl::StatusOr<std::unique_ptr<Database>> OpenDatabase(const std::string& directory, const StoreOptions& options,
                                                       const EntryProgress& progress) {
  absl::StatusOr<std::unique_ptr<Database>> database = Database::Open(directory, options);
  if (options.mode == OpenMode::kReadOnly || !absl::IsFailedPrecondition(database.status())) return database;
  absl::StatusOr<std::unique_ptr<Store>> store = Store::Open(directory, options);
  if (!store.ok()) return store.status();
  if (absl::Status status = Rebuild(**store, progress); !status.ok()) return status;
  store->reset();
  return Database::Open(directory, options);
}

}  // namespace setpoint::storage
