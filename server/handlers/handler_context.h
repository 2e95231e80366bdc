// What handlers work on. Outlives them.
#pragma once

#include <utility>

#include "absl/status/statusor.h"
#include "query/view.h"
#include "server/follow/follow_table.h"
#include "server/follow/ingest_loop.h"
#include "server/follow/source_guard.h"
#include "server/follow/webhook.h"
#include "server/handlers/disclosure_query.h"
#include "server/http/request.h"
#include "server/watch/consumer_writer.h"
#include "server/watch/watch_hub.h"
#include "storage/base/clock.h"
#include "storage/projections/database.h"

namespace setpoint::server {

// All that a question to the store needs: the command line answers from a local store by the same handlers.
struct ReadContext {
  const storage::Database& database;
  const storage::Clock& clock;
  // How following goes; null where no server runs.
  const FollowTable* following = nullptr;

  // What the request's caller sees of the store, as of now.
  absl::StatusOr<query::View> ViewFor(const Request& request) const {
    auto disclosure = DisclosureFor(database, request);
    if (!disclosure.ok()) return disclosure.status();
    return query::View(database, *std::move(disclosure));
  }
};

// What a running server has beside it.
struct HandlerContext : ReadContext {
  const FollowTable& follow;
  IngestLoop& ingest;
  const WatchHub& hub;
  ConsumerWriter& consumers;
  const SourceGuard& guard;
  const WebhookSecrets& secrets;
};

}  // namespace setpoint::server
