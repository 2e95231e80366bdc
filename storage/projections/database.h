// One open store with its tables in memory: what every query, the ingest and the server work on.
// Any thread may read; one thread at a time writes (storage/ingest, rebuild).
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "storage/engine/store.h"
#include "storage/projections/catalog.h"
#include "storage/projections/secret_bearers.h"

namespace setpoint::storage {

struct Database {
  std::string directory;  // The data directory (--data).
  std::unique_ptr<Store> store;
  std::unique_ptr<const RowReader> rows;  // The store's, for questions: recent_rows.h.
  Catalog catalog;
  std::string redaction_key;  // redaction_key.h; never in an answer or a log.
  // What readers found out so far; it changes no answer.
  mutable SecretBearers secret_bearers;

  // Opens the store (errors as Store::Open) and loads the tables. kFailedPrecondition where the projections were
  // written by another version of this program, or a rebuild was interrupted: storage/ingest/rebuild.h opens those.
  static absl::StatusOr<std::unique_ptr<Database>> Open(const std::string& directory, const StoreOptions& options);
};

// Whether the projections are whole and of this program's version.
absl::StatusOr<bool> ProjectionsAreCurrent(const RowReader& rows);
// Notes that they are; or, while they are derived again, that they are not.
enum class ProjectionsMark { kUnderWay, kCurrent };
void PutProjectionsMark(ProjectionsMark mark, RowSink& sink);

}  // namespace setpoint::storage
