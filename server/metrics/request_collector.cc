#include <limits>
#include <string>

#include "server/metrics/collectors.h"
#include "server/metrics/family_builder.h"

namespace setpoint::server {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

ClientMetric::Histogram HistogramOf(const RequestStats::Series& series) {
  ClientMetric::Histogram histogram;
  for (size_t i = 0; i < series.buckets.size(); ++i) {
    histogram.sample_count += series.buckets[i];
    histogram.bucket.push_back({histogram.sample_count, i < RequestStats::kBucketSeconds.size()
                                                            ? RequestStats::kBucketSeconds[i]
                                                            : std::numeric_limits<double>::infinity()});
  }
  histogram.sample_sum = series.seconds;
  return histogram;
}

}  // namespace

Collector RequestCollector(const RequestStats& requests) {
  return [&requests](std::vector<MetricFamily>& families) {
    FamilyBuilder durations(MetricType::Histogram, "setpoint_http_request_duration_seconds",
                            "From the end of a request to the end of its answer; of a stream to its beginning.");
    auto bytes =
        FamilyBuilder::Counter("setpoint_http_response_body_bytes_total", "Bodies of answers, without streams.");
    for (const RequestStats::Series& series : requests.All()) {
      const std::string status = std::to_string(series.status_class) + "xx";
      const FamilyBuilder::Labels labels = {{"route", series.route}, {"method", series.method}, {"status", status}};
      durations.AddHistogram(HistogramOf(series), labels);
      bytes.Add(series.sent_bytes, labels);
    }
    families.push_back(durations.Take());
    families.push_back(bytes.Take());
  };
}

}  // namespace setpoint::server
