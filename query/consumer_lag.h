// How far behind a reader of the stream is, and what it has seen. Pure reads; any thread.
#pragma once

#include <cstdint>
#include <optional>

#include "absl/status/statusor.h"
#include "query/consumer.h"
#include "query/watch_cursor.h"
#include "query/watch_scope.h"
#include "storage/base/ids.h"
#include "storage/base/object_id.h"
#include "storage/projections/database.h"

namespace setpoint::query {

absl::StatusOr<ConsumerLag> ReadConsumerLag(const storage::Database& database, const WatchScope& scope,
                                            const WatchCursor& cursor, int64_t now);

// The first entry of the followed refs whose commit is `commit` or has it among its ancestors: whoever has all of that
// entry has seen the commit. Nothing: it has not reached them. kResourceExhausted where too much would have to be
// walked through. `commit` has an entry in the store.
absl::StatusOr<std::optional<storage::Revision>> FindLanding(const storage::Database& database, const WatchScope& scope,
                                                             const storage::ObjectId& commit);

}  // namespace setpoint::query
