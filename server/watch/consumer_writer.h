// Writes what consumers acknowledge: the only writer of the family `consumers`. Several that come at once are one
// synced write. Every call returns when what it says is on disk, so it is for threads that may block.
// Thread-safe. The database must outlive it.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "query/watch_cursor.h"
#include "storage/engine/write_batch.h"
#include "storage/projections/consumers.h"
#include "storage/projections/database.h"

namespace setpoint::server {

class ConsumerWriter {
 public:
  // At most `consumers_max` names are kept.
  ConsumerWriter(storage::Database& database, size_t consumers_max)
      : database_(database), consumers_max_(consumers_max) {}

  // Who says it. Whoever uses a name first has it from then on; others are refused (kPermissionDenied, reason
  // "consumer-of-another") but for those who may use any.
  struct Actor {
    std::string name = {};  // Empty: nobody is asked who they are, so a name that nobody has stays so.
    bool may_use_any = true;
  };

  enum class Order { kForwardOnly, kForced };
  // The consumer has done all up to `cursor`. kOutOfRange: beyond this store. kFailedPrecondition (reason
  // "behind-acknowledged"): before what it acknowledged already, unless forced. kResourceExhausted: too many names.
  absl::StatusOr<storage::Consumer> Acknowledge(std::string_view name, const query::WatchCursor& cursor, Order order,
                                                int64_t now, const Actor& actor);
  // The consumer watches that (Consumer::watch). Writes only where it is news.
  absl::StatusOr<storage::Consumer> Introduce(std::string_view name, const std::string& watch, const Actor& actor);
  // It is no more. kNotFound (reason "unknown-consumer"): it never was.
  absl::Status Forget(std::string_view name, const Actor& actor);

 private:
  // Changes a row; what it gives is the result of the whole. `is_new`: there was no such row.
  using Change = std::function<absl::Status(storage::Consumer& consumer, bool is_new)>;
  struct Update {
    std::string name;
    const Actor* actor;
    Change change = {};  // Null: take the row away.
    storage::Consumer consumer = {};
    absl::Status status = {};
    bool done = false;
  };

  absl::Status Submit(Update& update);
  // Carries out one update on its row, which is there or not; to be written with `batch`.
  absl::Status Apply(Update& update, std::optional<storage::Consumer>& row, storage::WriteBatch& batch) const;
  void WriteAll(const std::vector<Update*>& updates);
  absl::Status CheckRoom() const;

  storage::Database& database_;
  const size_t consumers_max_;
  absl::Mutex mutex_;
  std::vector<Update*> pending_ ABSL_GUARDED_BY(mutex_);
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace setpoint::server
