// Who is let in where connections are scarce. Counts only; the listener acts. Not thread-safe.
#pragma once

#include <cstddef>
#include <string>

#include "absl/container/flat_hash_map.h"

namespace setpoint::server {

class Admission {
 public:
  struct Limits {
    size_t connections_max = 1;
    // Of one address: whoever opens all that he can leaves room for others.
    size_t per_address_max = 1;
  };

  explicit Admission(const Limits& limits) : limits_(limits) {}

  enum class Verdict { kEnter, kFull, kTooManyOfAddress };
  Verdict Look(const std::string& address) const {
    const auto found = counts_.find(address);
    if (found != counts_.end() && found->second >= limits_.per_address_max) return Verdict::kTooManyOfAddress;
    return total_ >= limits_.connections_max ? Verdict::kFull : Verdict::kEnter;
  }

  void Enter(const std::string& address) {
    ++counts_[address];
    ++total_;
  }
  // Of one that entered.
  void Leave(const std::string& address) {
    const auto found = counts_.find(address);
    if (--found->second == 0) counts_.erase(found);
    --total_;
  }

  const Limits& limits() const { return limits_; }

 private:
  const Limits limits_;
  absl::flat_hash_map<std::string, size_t> counts_;  // As many as there are connections, at most.
  size_t total_ = 0;
};

}  // namespace setpoint::server
