#include "storage/projections/database.h"

#include <optional>
#include <utility>

#include "storage/base/clock.h"
#include "storage/base/random.h"
#include "storage/engine/write_batch.h"
#include "storage/log/genesis.h"
#include "storage/log/log_reader.h"
#include "storage/log/log_writer.h"
#include "storage/log/meta.h"
#include "storage/projections/projector.h"
#include "storage/projections/recent_rows.h"
#include "storage/projections/redaction_key.h"

namespace setpoint::storage {
namespace {

constexpr std::string_view kAllProjections = "all";
constexpr uint32_t kUnderWayVersion = 0;
// Some ten thousand commits, and more entries.
constexpr size_t kRecentRowsBytes = size_t{8} << 20;

// A store without a log gets its genesis record.
absl::Status BeginLog(Store& store) {
  absl::StatusOr<std::optional<Genesis>> genesis = ReadGenesis(store);
  if (!genesis.ok()) return genesis.status();
  if (genesis->has_value()) return absl::OkStatus();
  WriteBatch batch;
  LogWriter::Create(Genesis::Make(SystemClock(), SystemRandom()), batch);
  PutProjectionsMark(ProjectionsMark::kCurrent, batch);
  return store.Write(batch);
}

}  // namespace

absl::StatusOr<bool> ProjectionsAreCurrent(const RowReader& rows) {
  absl::StatusOr<std::optional<uint32_t>> version = ReadProjectionVersion(rows, kAllProjections);
  if (!version.ok()) return version.status();
  return version->has_value() && **version == kProjectionsVersion;
}

void PutProjectionsMark(ProjectionsMark mark, RowSink& sink) {
  PutProjectionVersion(kAllProjections, mark == ProjectionsMark::kCurrent ? kProjectionsVersion : kUnderWayVersion,
                       sink);
}

absl::StatusOr<std::unique_ptr<Database>> Database::Open(const std::string& directory, const StoreOptions& options) {
  absl::StatusOr<std::unique_ptr<Store>> store = Store::Open(directory, options);
  if (!store.ok()) return store.status();
  auto database = std::make_unique<Database>();
  database->directory = directory;
  database->store = *std::move(store);
  database->rows = std::make_unique<RecentRows>(*database->store, kRecentRowsBytes);
  absl::Status status = absl::OkStatus();
  if (options.mode != OpenMode::kReadOnly) status = BeginLog(*database->store);
  if (!status.ok()) return status;
  absl::StatusOr<bool> current = ProjectionsAreCurrent(*database->store);
  if (!current.ok()) return current.status();
  if (!*current) {
    return absl::FailedPreconditionError(
        "the projections were written by another version of setpoint, or a rebuild was interrupted: run "
        "`setpoint rebuild` on this store");
  }
  if (status = database->catalog.Load(*database->store); !status.ok()) return status;
  absl::StatusOr<std::string> redaction_key = EnsureRedactionKey(*database->store, options.mode, SystemRandom());
  if (!redaction_key.ok()) return redaction_key.status();
  database->redaction_key = *std::move(redaction_key);
  return database;
}

}  // namespace setpoint::storage
