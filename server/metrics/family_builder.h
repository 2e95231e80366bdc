// One metric family, filled sample by sample. Names follow Prometheus: `setpoint_WHAT_UNIT`, `_total` for what is only
// counted up, base units (seconds, bytes). Labels must come from a bounded set: never a path, a key or a caller.
// One thread.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include <prometheus/metric_family.h>

namespace setpoint::server {

class FamilyBuilder {
 public:
  using Label = std::pair<std::string_view, std::string_view>;
  using Labels = std::initializer_list<Label>;

  FamilyBuilder(prometheus::MetricType type, std::string_view name, std::string_view help);

  static FamilyBuilder Counter(std::string_view name, std::string_view help) {
    return {prometheus::MetricType::Counter, name, help};
  }
  static FamilyBuilder Gauge(std::string_view name, std::string_view help) {
    return {prometheus::MetricType::Gauge, name, help};
  }

  // Of a counter or a gauge.
  FamilyBuilder& Add(double value, Labels labels = {});
  FamilyBuilder& Add(uint64_t value, Labels labels = {}) { return Add(static_cast<double>(value), labels); }
  // Of a summary without quantiles.
  FamilyBuilder& AddSummary(uint64_t count, double sum, Labels labels);
  // Of a histogram; its buckets are cumulative.
  FamilyBuilder& AddHistogram(prometheus::ClientMetric::Histogram histogram, Labels labels);

  prometheus::MetricFamily Take() { return std::move(family_); }

 private:
  prometheus::ClientMetric& Sample(Labels labels);

  prometheus::MetricFamily family_;
};

}  // namespace setpoint::server
