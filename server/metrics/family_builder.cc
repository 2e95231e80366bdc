#include "server/metrics/family_builder.h"

#include "storage/base/check.h"

namespace setpoint::server {

using prometheus::MetricType;

FamilyBuilder::FamilyBuilder(MetricType type, std::string_view name, std::string_view help) {
  family_.name = name;
  family_.help = help;
  family_.type = type;
}

prometheus::ClientMetric& FamilyBuilder::Sample(Labels labels) {
  prometheus::ClientMetric& sample = family_.metric.emplace_back();
  for (const auto& [name, value] : labels) sample.label.push_back({std::string(name), std::string(value)});
  return sample;
}

FamilyBuilder& FamilyBuilder::Add(double value, Labels labels) {
  prometheus::ClientMetric& sample = Sample(labels);
  if (family_.type == MetricType::Counter) {
    sample.counter.value = value;
  } else {
    sample.gauge.value = value;
  }
  return *this;
}

FamilyBuilder& FamilyBuilder::AddSummary(uint64_t count, double sum, Labels labels) {
  SETPOINT_CHECK(family_.type == MetricType::Summary, "the family is of summaries");
  prometheus::ClientMetric& sample = Sample(labels);
  sample.summary.sample_count = count;
  sample.summary.sample_sum = sum;
  return *this;
}

FamilyBuilder& FamilyBuilder::AddHistogram(prometheus::ClientMetric::Histogram histogram, Labels labels) {
  SETPOINT_CHECK(family_.type == MetricType::Histogram, "the family is of histograms");
  Sample(labels).histogram = std::move(histogram);
  return *this;
}

}  // namespace setpoint::server
