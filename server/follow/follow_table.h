// How following each source goes: written by the ingest loop, read by `status`, `readyz`, `metrics` and whoever waits
// for a look. Thread-safe.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

namespace setpoint::server {

struct FollowState {
  enum class Phase { kWaiting, kBackingOff, kFetching, kIngesting };

  std::string repository;
  std::string source;  // Without credentials.
  Phase phase = Phase::kWaiting;
  uint64_t begun = 0;  // The number of the last look that has begun. All sources' looks are counted together, from 1.
  uint64_t runs = 0;   // Looks that have ended and whose entries are in, well or not.
  uint64_t finished = 0;     // The number of the last of them.
  uint64_t failures = 0;     // In a row.
  std::string error;         // Of the last look; empty: it went well.
  bool since_start = false;  // Followed when the server started: until it was looked at the server is not ready.
  std::string last_error;    // Of the last look that failed, however those after it went; empty: none did.
  std::string waits_for;     // While it backs off: why.
  // Of the last look that went well: refs that stand before a missing object, and the like. One line each.
  std::vector<std::string> warnings;
  // Seconds since 1970; nothing: not yet.
  std::optional<int64_t> last_look;
  std::optional<int64_t> last_success;
  std::optional<int64_t> last_failure;
  std::optional<int64_t> last_change;
  std::optional<int64_t> next_look;
  // When the last look that went well began; before the first: when following began.
  std::chrono::steady_clock::time_point observed = std::chrono::steady_clock::now();
  uint64_t commits_behind = 0;  // Of the ingest at hand: known to it, not yet in the log.
  // Counted since the start.
  uint64_t good_runs = 0;
  uint64_t failed_runs = 0;
  double run_seconds = 0;  // Of both, from the begin of a look to the end of its ingest.
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

  void Erase(const std::string& repository) {
    absl::MutexLock lock(&mutex_);
    states_.erase(repository);
  }

  // Nothing: it is not followed.
  std::optional<FollowState> Find(std::string_view repository) const {
    absl::MutexLock lock(&mutex_);
    const auto state = states_.find(repository);
    if (state == states_.end()) return std::nullopt;
    return state->second;
  }

  // By repository name.
  std::vector<FollowState> All() const {
    absl::MutexLock lock(&mutex_);
    std::vector<FollowState> states;
    states.reserve(states_.size());
    for (const auto& [repository, state] : states_) states.push_back(state);
    return states;
  }

  // Waits until the look of that number, or a later one, has ended, the repository is no longer followed, the time is
  // up, or EndWaits was called; then as Find.
  std::optional<FollowState> AwaitLook(std::string_view repository, uint64_t number, absl::Duration patience) const {
    const auto is_over = [&] {
      mutex_.AssertReaderHeld();
      const auto state = states_.find(repository);
      return waits_ended_ || state == states_.end() || state->second.finished >= number;
    };
    absl::MutexLock lock(&mutex_);
    mutex_.AwaitWithTimeout(absl::Condition(&is_over), patience);
    const auto state = states_.find(repository);
    if (state == states_.end()) return std::nullopt;
    return state->second;
  }

  // Nobody waits any more, from now on.
  void EndWaits() {
    absl::MutexLock lock(&mutex_);
    waits_ended_ = true;
  }
  bool waits_ended() const {
    absl::MutexLock lock(&mutex_);
    return waits_ended_;
  }

 private:
  mutable absl::Mutex mutex_;
  bool waits_ended_ ABSL_GUARDED_BY(mutex_) = false;
  std::map<std::string, FollowState, std::less<>> states_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace setpoint::server
