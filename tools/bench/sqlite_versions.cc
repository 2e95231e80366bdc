#include "tools/bench/sqlite_versions.h"

#include <sqlite3.h>

#include "storage/log/content_store.h"
#include "storage/projections/versions.h"

namespace setpoint::tools {
namespace {

absl::Status Failed(sqlite3* connection) { return absl::InternalError(sqlite3_errmsg(connection)); }

absl::Status Execute(sqlite3* connection, const char* text) {
  if (sqlite3_exec(connection, text, nullptr, nullptr, nullptr) != SQLITE_OK) return Failed(connection);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::unique_ptr<SqliteVersions>> SqliteVersions::Make(const std::string& file,
                                                                     const storage::Database& database,
                                                                     storage::TimelineId timeline) {
  std::unique_ptr<SqliteVersions> table(new SqliteVersions);
  if (sqlite3_open(file.c_str(), &table->connection_) != SQLITE_OK) return Failed(table->connection_);
  if (absl::Status status = table->Fill(database, timeline); !status.ok()) return status;
  const char* query =
      "SELECT content FROM versions WHERE resource = ? AND revision <= ? ORDER BY revision DESC LIMIT 1";
  if (sqlite3_prepare_v2(table->connection_, query, -1, &table->find_, nullptr) != SQLITE_OK) {
    return Failed(table->connection_);
  }
  return table;
}

SqliteVersions::~SqliteVersions() {
  sqlite3_finalize(find_);
  sqlite3_close(connection_);
}

absl::Status SqliteVersions::Fill(const storage::Database& database, storage::TimelineId timeline) {
  // The same 256 MB of cache that our store has.
  for (const char* text :
       {"PRAGMA synchronous = OFF", "PRAGMA cache_size = -262144",
        "CREATE TABLE versions (resource INTEGER, revision INTEGER, content TEXT, PRIMARY KEY (resource, revision)) "
        "WITHOUT ROWID",
        "BEGIN"}) {
    if (absl::Status status = Execute(connection_, text); !status.ok()) return status;
  }
  sqlite3_stmt* insert = nullptr;
  sqlite3_prepare_v2(connection_, "INSERT INTO versions VALUES (?, ?, ?)", -1, &insert, nullptr);
  const std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)> owned(insert, sqlite3_finalize);
  const auto scan = database.store->Scan(storage::Family::kVersions, "");
  for (; scan->Valid(); scan->Next()) {
    const auto version = storage::DecodeVersion(scan->Key(), scan->Value());
    if (!version.ok()) return version.status();
    if (version->position.timeline != timeline) continue;
    sqlite3_bind_int64(insert, 1, version->resource.value);
    sqlite3_bind_int64(insert, 2, static_cast<sqlite3_int64>(version->position.revision.value));
    if (version->IsAlive()) {
      const auto content = storage::ReadContent(*database.store, version->content);
      if (!content.ok()) return content.status();
      sqlite3_bind_text(insert, 3, (*content)->data(), static_cast<int>((*content)->size()), SQLITE_TRANSIENT);
    } else {
      sqlite3_bind_null(insert, 3);
    }
    if (sqlite3_step(insert) != SQLITE_DONE) return Failed(connection_);
    sqlite3_reset(insert);
  }
  if (!scan->Status().ok()) return scan->Status();
  return Execute(connection_, "COMMIT");
}

absl::StatusOr<std::optional<std::string>> SqliteVersions::Find(storage::ResourceId resource,
                                                                storage::Revision revision) {
  sqlite3_reset(find_);
  sqlite3_bind_int64(find_, 1, resource.value);
  sqlite3_bind_int64(find_, 2, static_cast<sqlite3_int64>(revision.value));
  const int code = sqlite3_step(find_);
  if (code == SQLITE_DONE) return std::nullopt;
  if (code != SQLITE_ROW) return Failed(connection_);
  if (sqlite3_column_type(find_, 0) == SQLITE_NULL) return std::nullopt;
  return std::string(static_cast<const char*>(sqlite3_column_blob(find_, 0)),
                     static_cast<size_t>(sqlite3_column_bytes(find_, 0)));
}

}  // namespace setpoint::tools
