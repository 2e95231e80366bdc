// The one writer: a thread that runs the ingesters of all followed sources, one after another. A source runs when its
// refs show a sign of change, when it is to be polled, or when a failed one is to be tried again. One that fails backs
// off and holds up nothing else; a long run gives way to sources that have something new.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "server/follow/follow_table.h"
#include "server/follow/ref_signals.h"
#include "server/server_options.h"
#include "storage/ingest/ingester.h"
#include "storage/projections/database.h"
#include "storage/projections/repository_settings.h"

namespace setpoint::server {

class IngestLoop {
 public:
  // The database and the table must outlive the loop. Nobody else may write to the database while it runs.
  IngestLoop(storage::Database& database, std::vector<storage::RepositorySettings> sources,
             const IngestLoopOptions& options, FollowTable& table);
  // Stops.
  ~IngestLoop();
  IngestLoop(const IngestLoop&) = delete;
  IngestLoop& operator=(const IngestLoop&) = delete;

  void Start();
  // Looks at a followed repository at once, also where it backs off. Any thread. kNotFound: it is not followed.
  absl::Status RequestFetch(std::string_view repository);
  // Whether its thread has not ended, other than by Stop. Any thread.
  bool alive() const { return alive_; }
  // Ends the run at hand after its entry, then the thread; waits for it.
  void Stop();

 private:
  using Clock = std::chrono::steady_clock;

  struct Source {
    storage::RepositorySettings settings;
    std::unique_ptr<storage::Ingester> ingester;  // Opened at the first run, and again after a failure.
    Clock::time_point due;
    FollowState state;
    bool watch_refused = false;  // Its refs cannot be watched; said once.
  };

  void Loop();
  // The source that is due longest; none: nothing is due now.
  Source* FindDue(Clock::time_point now);
  Clock::duration UntilNextDue(Clock::time_point now) const;
  // Notes the signs that came within `timeout`.
  void TakeSigns(std::chrono::milliseconds timeout);
  void TakeRequests();
  void Run(Source& source);
  absl::StatusOr<storage::IngestReport> TryRun(Source& source);
  void NoteFailure(Source& source, const absl::Status& error);
  void WatchRefs(Source& source);
  // Whether the run at hand is to go on.
  bool GoOn();

  storage::Database& database_;
  const IngestLoopOptions options_;
  FollowTable& table_;
  RefSignals signals_;
  std::vector<Source> sources_;
  const Source* running_ = nullptr;
  Clock::time_point running_since_;
  std::atomic<bool> stopping_{false};
  std::atomic<bool> alive_{true};
  absl::Mutex requests_mutex_;
  std::set<std::string, std::less<>> requests_ ABSL_GUARDED_BY(requests_mutex_);  // Repositories to look at.
  std::thread thread_;
};

}  // namespace setpoint::server
