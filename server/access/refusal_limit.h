// How often an address may be wrong: a bucket of wrong tokens for each that fills again with time. Whoever has a good
// token is never held up, also where others behind the same address have none: 256 random bits are not found by trying,
// so that this only keeps noise out of the logs. Bounded; thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/synchronization/mutex.h"

namespace setpoint::server {

struct RefusalLimitOptions {
  // So many at once, and so many more a minute.
  uint32_t per_minute = 10;
  // Beyond so many addresses the one that was wrong least recently is forgotten: an attacker with many addresses can
  // only make the server forget, not grow.
  size_t addresses_max = 4'096;
};

class RefusalLimit {
 public:
  explicit RefusalLimit(RefusalLimitOptions options) : options_(options) {}

  // Counts one more. False: it is too often by now.
  bool Count(std::string_view address, int64_t now);

  size_t size() const;

 private:
  struct Bucket {
    double left = 0;
    int64_t counted = 0;  // When.
  };

  const RefusalLimitOptions options_;
  mutable absl::Mutex mutex_;
  absl::flat_hash_map<std::string, Bucket> buckets_ ABSL_GUARDED_BY(mutex_);
};

// What is counted as one: an IPv4 address, or the /64 that one customer has of IPv6.
std::string NetworkOf(std::string_view address);

}  // namespace setpoint::server
