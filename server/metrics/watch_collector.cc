#include "server/metrics/collectors.h"
#include "server/metrics/family_builder.h"

namespace setpoint::server {

Collector WatchCollector(const WatchHub& hub) {
  return [&hub](std::vector<prometheus::MetricFamily>& families) {
    const WatchCounters& counters = hub.counters();
    const auto in = [&counters](WatcherState state) { return counters.watchers[static_cast<size_t>(state)].load(); };
    families.push_back(FamilyBuilder::Gauge("setpoint_watchers", "Open streams, by state.")
                           .Add(in(WatcherState::kLive), {{"state", "live"}})
                           .Add(in(WatcherState::kCatchingUp), {{"state", "catching_up"}})
                           .Add(in(WatcherState::kStalled), {{"state", "stalled"}})
                           .Take());
    families.push_back(FamilyBuilder::Gauge("setpoint_watch_queued_bytes", "Encoded for watchers and not yet taken.")
                           .Add(counters.queued_bytes.load())
                           .Take());
    families.push_back(FamilyBuilder::Counter("setpoint_watch_streams_total", "Streams that were opened.")
                           .Add(counters.opened.load())
                           .Take());
    families.push_back(FamilyBuilder::Counter("setpoint_watch_events_total", "Events sent, to all watchers together.")
                           .Add(counters.events.load())
                           .Take());
    families.push_back(FamilyBuilder::Counter("setpoint_watch_sent_bytes_total", "Bytes of streams sent.")
                           .Add(counters.sent_bytes.load())
                           .Take());
  };
}

}  // namespace setpoint::server
