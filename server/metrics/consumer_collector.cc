#include <algorithm>
#include <string>
#include <utility>

#include "server/metrics/collectors.h"
#include "server/metrics/family_builder.h"

namespace setpoint::server {
namespace {

// Consumers are named by those who watch, so their number as labels is bounded here, whatever is kept of them.
constexpr size_t kShownMax = 1'000;

}  // namespace

Collector ConsumerCollector(ConsumersReader read) {
  return [read = std::move(read)](std::vector<prometheus::MetricFamily>& families) {
    const auto consumers = read();
    if (!consumers.ok()) return;
    FamilyBuilder revisions = FamilyBuilder::Gauge("setpoint_consumer_lag_revisions",
                                                   "Entries of its refs that a named consumer has not acknowledged.");
    FamilyBuilder changes =
        FamilyBuilder::Gauge("setpoint_consumer_lag_changes", "Changes that a named consumer has not acknowledged.");
    FamilyBuilder seconds = FamilyBuilder::Gauge("setpoint_consumer_lag_seconds",
                                                 "Age of the oldest entry that a named consumer has not acknowledged.");
    for (size_t i = 0; i < std::min(consumers->size(), kShownMax); ++i) {
      const query::ConsumerItem& item = (*consumers)[i];
      if (!item.lag.has_value()) continue;
      const std::string& name = item.consumer.name;
      revisions.Add(item.lag->revisions, {{"consumer", name}});
      changes.Add(item.lag->changes, {{"consumer", name}});
      seconds.Add(static_cast<uint64_t>(item.lag->seconds), {{"consumer", name}});
    }
    families.push_back(revisions.Take());
    families.push_back(changes.Take());
    families.push_back(seconds.Take());
  };
}

}  // namespace setpoint::server
