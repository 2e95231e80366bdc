// One collector for each room whose figures are shown. What each reads must outlive it.
#pragma once

#include <functional>
#include <vector>

#include "absl/status/statusor.h"
#include "query/consumer.h"
#include "server/follow/follow_table.h"
#include "server/http/connection_stats.h"
#include "server/http/request_stats.h"
#include "server/http/worker_pool.h"
#include "server/metrics/exposition.h"
#include "server/watch/watch_hub.h"
#include "storage/projections/database.h"

namespace setpoint::server {

// setpoint_ingest_…, setpoint_fetch…, setpoint_repository_…: how far each followed repository is. Labelled by
// repository: operators name those, so there are few.
Collector FollowCollector(const FollowTable& table);

// setpoint_http_requests…, by route, method and class of status.
Collector RequestCollector(const RequestStats& requests);

// setpoint_http_connections…, setpoint_workers_….
Collector ConnectionCollector(const ConnectionStats& connections, const WorkerPool& workers);

// setpoint_watch…, by state.
Collector WatchCollector(const WatchHub& hub);

// setpoint_consumer_lag_…, of each named consumer. `read` asks the store for them.
using ConsumersReader = std::function<absl::StatusOr<std::vector<query::ConsumerItem>>()>;
Collector ConsumerCollector(ConsumersReader read);

// setpoint_applied_revision and how far each repository is, from the tables in memory.
Collector CatalogCollector(const storage::Database& database);

// setpoint_rocksdb_…, setpoint_store_….
Collector StoreCollector(const storage::Database& database);

// process_…, with the names that every Prometheus client gives them; setpoint_build_info.
Collector ProcessCollector();

}  // namespace setpoint::server
