#include "server/http/request_stats.h"

#include <algorithm>
#include <utility>

#include "storage/base/check.h"

namespace setpoint::server {
namespace {

constexpr std::array<std::string_view, 3> kMethodNames = {"GET", "POST", "other"};

size_t IndexOf(Method method) {
  switch (method) {
    case Method::kGet:
      return 0;
    case Method::kPost:
      return 1;
    default:
      return 2;
  }
}

size_t BucketOf(double seconds) {
  const auto& bounds = RequestStats::kBucketSeconds;
  return static_cast<size_t>(std::lower_bound(bounds.begin(), bounds.end(), seconds) - bounds.begin());
}

}  // namespace

RequestStats::RequestStats(std::vector<std::string> routes)
    : routes_(std::move(routes)), cells_(routes_.size() * kMethods * kClasses) {}

void RequestStats::Count(const Outcome& outcome) {
  SETPOINT_CHECK(outcome.route < routes_.size(), "the route is one of the table");
  const size_t status_class = std::clamp(outcome.status / 100, 1U, 5U) - 1;
  Cell& cell = cells_[(outcome.route * kMethods + IndexOf(outcome.method)) * kClasses + status_class];
  const auto nanoseconds = static_cast<uint64_t>(std::max<int64_t>(outcome.duration.count(), 0));
  const double seconds = static_cast<double>(nanoseconds) * 1e-9;
  cell.buckets[BucketOf(seconds)].fetch_add(1, std::memory_order_relaxed);
  cell.nanoseconds.fetch_add(nanoseconds, std::memory_order_relaxed);
  cell.sent_bytes.fetch_add(outcome.sent_bytes, std::memory_order_relaxed);
}

std::vector<RequestStats::Series> RequestStats::All() const {
  std::vector<Series> all;
  for (size_t i = 0; i < cells_.size(); ++i) {
    const Cell& cell = cells_[i];
    Series series;
    uint64_t count = 0;
    for (size_t bucket = 0; bucket < kBucketCount; ++bucket) {
      series.buckets[bucket] = cell.buckets[bucket].load(std::memory_order_relaxed);
      count += series.buckets[bucket];
    }
    if (count == 0) continue;
    series.route = routes_[i / (kMethods * kClasses)];
    series.method = kMethodNames[i / kClasses % kMethods];
    series.status_class = static_cast<unsigned>(i % kClasses) + 1;
    series.seconds = static_cast<double>(cell.nanoseconds.load(std::memory_order_relaxed)) * 1e-9;
    series.sent_bytes = cell.sent_bytes.load(std::memory_order_relaxed);
    all.push_back(series);
  }
  return all;
}

}  // namespace setpoint::server
