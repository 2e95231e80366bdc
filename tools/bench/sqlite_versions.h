// The peer of M5: the same versions in one SQLite table, asked by a prepared statement. One thread.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "storage/projections/database.h"

struct sqlite3;
struct sqlite3_stmt;

namespace setpoint::tools {

class SqliteVersions {
 public:
  // Every version of the timeline, with its content, in a new database file.
  static absl::StatusOr<std::unique_ptr<SqliteVersions>> Make(const std::string& file,
                                                              const storage::Database& database,
                                                              storage::TimelineId timeline);
  ~SqliteVersions();
  SqliteVersions(const SqliteVersions&) = delete;
  SqliteVersions& operator=(const SqliteVersions&) = delete;

  // The content that holds at a revision; nothing where the resource is not there.
  absl::StatusOr<std::optional<std::string>> Find(storage::ResourceId resource, storage::Revision revision);

 private:
  SqliteVersions() = default;
  absl::Status Fill(const storage::Database& database, storage::TimelineId timeline);

  sqlite3* connection_ = nullptr;
  sqlite3_stmt* find_ = nullptr;
};

}  // namespace setpoint::tools
