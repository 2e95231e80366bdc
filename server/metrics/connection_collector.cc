#include "server/metrics/collectors.h"
#include "server/metrics/family_builder.h"

namespace setpoint::server {

Collector ConnectionCollector(const ConnectionStats& connections, const WorkerPool& workers) {
  return [&connections, &workers](std::vector<prometheus::MetricFamily>& families) {
    const auto gauge = [&families](std::string_view name, std::string_view help, uint64_t value) {
      families.push_back(FamilyBuilder::Gauge(name, help).Add(value).Take());
    };
    const auto counter = [&families](std::string_view name, std::string_view help, uint64_t value) {
      families.push_back(FamilyBuilder::Counter(name, help).Add(value).Take());
    };
    gauge("setpoint_http_connections", "Connections that are open.", connections.open.load());
    counter("setpoint_http_connections_accepted_total", "Connections taken.", connections.accepted.load());
    counter("setpoint_http_connections_evicted_total", "Connections closed while they waited, to make room.",
            connections.evicted.load());
    counter("setpoint_http_connections_turned_away_total", "Connections for which there was no room.",
            connections.turned_away.load());
    counter("setpoint_http_accept_errors_total",
            "Connections that could not be taken: out of file descriptors, mostly.", connections.accept_errors.load());
    gauge("setpoint_workers_queued_requests", "Work that waits for a thread.", workers.queued());
    gauge("setpoint_workers_queued_requests_max", "From so much waiting work on requests are refused.",
          workers.queued_max());
  };
}

}  // namespace setpoint::server
