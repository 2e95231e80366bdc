// How following each source goes: written by the ingest loop, read by `status` and `readyz`.
// Thread-safe.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"

namespace setpoint::server {

struct FollowState {
  std::string repository;
  uint64_t runs = 0;                  // Finished ones, well or not.
  uint64_t failures = 0;              // In a row.
  std::string error;                  // Of the last run; empty: it went well.
  std::vector<std::string> warnings;  // Of the last run.
};

class FollowTable {
 public:
  void Set(const FollowState& state) {
    absl::MutexLock lock(&mutex_);
    states_[state.repository] = state;
  }

  // By repository name.
  std::vector<FollowState> All() const {
    absl::MutexLock lock(&mutex_);
    std::vector<FollowState> states;
    states.reserve(states_.size());
    for (const auto& [repository, state] : states_) states.push_back(state);
    return states;
  }

 private:
  mutable absl::Mutex mutex_;
  std::map<std::string, FollowState> states_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace setpoint::server
