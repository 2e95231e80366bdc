// How following each source goes: written by the ingest loop, read by `status`, `readyz` and `metrics`.
// Thread-safe.
#pragma once

#include <chrono>
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
  // When the last run that went well began to look at the source; before the first: when following began.
  std::chrono::steady_clock::time_point observed = std::chrono::steady_clock::now();
  uint64_t commits_behind = 0;  // Of the run at hand: known to it, not yet in the log.
  // Counted since the start.
  uint64_t good_runs = 0;
  uint64_t failed_runs = 0;
  double run_seconds = 0;  // Of both.
  uint64_t entries = 0;
  uint64_t commits = 0;
  uint64_t changes = 0;
};

class FollowTable {
 public:
  void Set(const FollowState& state) {
    absl::MutexLock lock(&mutex_);
    states_[state.repository] = state;
  }

  // Of a repository whose state was set: a run's progress.
  void SetCommitsBehind(const std::string& repository, uint64_t commits) {
    absl::MutexLock lock(&mutex_);
    states_[repository].commits_behind = commits;
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
