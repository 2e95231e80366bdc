// What handlers work on. Outlives them.
#pragma once

#include "server/follow_table.h"
#include "server/ingest_loop.h"
#include "server/watch_hub.h"
#include "storage/base/clock.h"
#include "storage/projections/database.h"

namespace setpoint::server {

struct HandlerContext {
  const storage::Database& database;
  const FollowTable& follow;
  IngestLoop& ingest;
  const WatchHub& hub;
  const storage::Clock& clock;
};

}  // namespace setpoint::server
