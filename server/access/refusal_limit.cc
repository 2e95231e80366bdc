#include "server/access/refusal_limit.h"

#include <algorithm>
#include <vector>

#include <boost/asio/ip/address.hpp>

namespace setpoint::server {
namespace {

constexpr double kSecondsPerMinute = 60;

}  // namespace

bool RefusalLimit::Count(std::string_view address, int64_t now) {
  const double full = options_.per_minute;
  const absl::MutexLock lock(&mutex_);
  const auto found = buckets_.find(absl::string_view(address.data(), address.size()));
  if (found == buckets_.end()) {
    if (buckets_.size() >= options_.addresses_max) {
      const auto oldest = std::min_element(buckets_.begin(), buckets_.end(), [](const auto& a, const auto& b) {
        return a.second.counted < b.second.counted;
      });
      buckets_.erase(oldest);
    }
    buckets_.emplace(std::string(address), Bucket{full - 1, now});
    return true;
  }
  Bucket& bucket = found->second;
  const double passed = static_cast<double>(std::max<int64_t>(now - bucket.counted, 0));
  bucket.left = std::min(full, bucket.left + passed * full / kSecondsPerMinute);
  bucket.counted = now;
  if (bucket.left < 1) return false;
  bucket.left -= 1;
  return true;
}

size_t RefusalLimit::size() const {
  const absl::MutexLock lock(&mutex_);
  return buckets_.size();
}

std::string NetworkOf(std::string_view address) {
  boost::system::error_code error;
  const auto parsed = boost::asio::ip::make_address(std::string(address), error);
  if (error || parsed.is_v4()) return std::string(address);
  const auto v6 = parsed.to_v6();
  if (v6.is_v4_mapped()) return boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, v6).to_string();
  auto bytes = v6.to_bytes();
  std::fill(bytes.begin() + 8, bytes.end(), 0);
  return boost::asio::ip::address_v6(bytes).to_string() + "/64";
}

}  // namespace setpoint::server
