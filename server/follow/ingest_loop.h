// Following: threads that look at sources and fetch (fetch_pool.h), and the one writer, a thread that plans and appends
// what they saw. A source is looked at when its refs show a sign of change, when somebody asks, when it is to be
// polled, or when one that failed is to be tried again. So a source that hangs takes one thread and holds up nothing
// else; and a long ingest gives way to others that have something new.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "server/follow/fetch_pool.h"
#include "server/follow/fetch_schedule.h"
#include "server/follow/follow_table.h"
#include "server/follow/ref_signals.h"
#include "server/server_options.h"
#include "storage/base/clock.h"
#include "storage/git/cancellation.h"
#include "storage/ingest/ingester.h"
#include "storage/ingest/source_observer.h"
#include "storage/projections/database.h"

namespace setpoint::server {

// What the loop works on; all of it outlives the loop.
struct IngestLoopContext {
  storage::Database& database;  // Nobody else writes to it while the loop runs.
  FollowTable& table;
  const storage::Clock& clock;
  FetchSchedule::Jitter jitter;
  // Asked before each connection to a source that was named by request (storage/git/transport.h).
  std::function<absl::StatusOr<std::string>(const std::string& location)> admit;
};

class IngestLoop {
 public:
  IngestLoop(IngestLoopContext context, const std::vector<FollowedRepository>& repositories,
             const IngestLoopOptions& options);
  // Stops.
  ~IngestLoop();
  IngestLoop(const IngestLoop&) = delete;
  IngestLoop& operator=(const IngestLoop&) = delete;

  // What is given of repositories that the store knows is durable when it returns; of others it is with the first look
  // that succeeds. What cannot be written is said in the log.
  void Start();
  // Whether its thread has not ended, other than by Stop. Any thread.
  bool alive() const { return alive_; }
  // Ends fetches at hand, the run at hand after its entry, then the threads; waits for them.
  void Stop();

  // The following may be called by any thread; they take effect in the loop, in the order of the calls.

  // Looks at a followed repository at once, also where it backs off. The number of the look that will have seen all
  // that is there now, for FollowTable::AwaitLook. kNotFound: it is not followed. kResourceExhausted: too much is
  // waiting.
  absl::StatusOr<uint64_t> RequestFetch(std::string_view repository);
  // FollowTable::AwaitLook, for a bounded number of callers at a time. kResourceExhausted: too many wait already.
  // kUnavailable: EndWaits was called.
  absl::StatusOr<std::optional<FollowState>> AwaitLook(std::string_view repository, uint64_t number,
                                                       absl::Duration patience);
  // Who waits for a look is answered at once, from now on: the server stops.
  void EndWaits() { context_.table.EndWaits(); }
  // Follows the repository from now on, in place of one of its name. Its settings become durable before it returns.
  // kAlreadyExists: the store has another source under that name. kUnavailable: the loop has stopped.
  absl::Status Follow(const FollowedRepository& repository);
  // Looks at it no more, also after a restart; what the store has stays. kNotFound: it is not followed.
  absl::Status Unfollow(std::string_view repository);
  // From the next look of each source on; the numbers of threads stay.
  void SetOptions(const IngestLoopOptions& options);

 private:
  using Clock = FetchSchedule::Clock;
  using Lane = FetchSchedule::Lane;

  struct Source {
    size_t id = 0;  // For signs.
    FollowedRepository repository;
    Lane lane = Lane::kLocal;
    // The fetching thread's while it looks; opened at the first look, and again after a failure.
    std::unique_ptr<storage::SourceObserver> observer;
    bool watch_refused = false;  // Its refs cannot be watched; said once. Likewise.
    uint64_t generation = 0;     // Of the options that the observer has. Likewise.
    // The writer's.
    std::unique_ptr<storage::Ingester> ingester;
    std::optional<storage::Observation> seen;      // What is to be ingested.
    std::optional<storage::Observation> ingested;  // What was, wholly and without warnings.
    Clock::time_point begun;                       // Of the look at hand, or the last one.
    bool looking = false;
    bool dropped = false;  // Nobody follows it any more; a thread may still look at it.
    bool waits = false;    // For one of its name that was dropped and is still in somebody's hands.
    storage::Cancellation cancellation;
    FollowState state;
  };
  using SourcePtr = std::shared_ptr<Source>;  // Shared with the thread that looks at it, which may outlast the entry.

  struct Looked {
    SourcePtr source;
    absl::StatusOr<storage::Observation> observation;
  };

  void Loop();
  // Takes in what happened elsewhere, and sends out what is due. Waits for it as long as `patience` says.
  void Pump(std::chrono::milliseconds patience);
  void TakeLooked();
  void TakeCommands();
  void SendOut(Lane lane, FetchPool& pool);
  Clock::duration UntilNextDue() const;

  // In a fetching thread.
  void Look(const SourcePtr& source, const storage::MirrorOptions& options);
  absl::StatusOr<storage::Observation> TryLook(Source& source, const storage::MirrorOptions& options);
  storage::MirrorOptions MirrorOptionsOf(const Source& source) const;
  void WatchRefs(Source& source);

  void TakeObservation(Looked looked);
  SourcePtr NextToIngest() const;
  void Ingest(Source& source);
  absl::StatusOr<storage::IngestReport> TryIngest(Source& source);
  bool GoOn();
  void Finish(Source& source, FetchSchedule::Outcome outcome);
  void NoteFailure(Source& source, const absl::Status& error);
  void Publish(Source& source, FollowState::Phase phase);

  enum class Since { kStart, kLater };
  void Add(const FollowedRepository& repository, Since since);
  void Schedule(Source& source);
  void Drop(const std::string& name);
  void Release(const Source& source);
  absl::Status Store(const storage::RepositorySettings& settings);
  absl::Status StoreKnown(const storage::RepositorySettings& settings);
  absl::Status Command(std::function<void()> command);
  absl::Status CommandAndWait(const std::function<absl::Status()>& command);

  const IngestLoopContext context_;
  IngestLoopOptions options_;  // The writer's.
  FetchSchedule schedule_;     // The writer's.
  RefSignals signals_;
  std::map<std::string, SourcePtr> sources_;  // By name; the writer's, once it runs.
  std::map<std::string, SourcePtr> leaving_;  // Dropped ones that somebody still works on. Likewise.
  size_t next_id_ = 0;
  uint64_t generation_ = 0;         // Of options_.
  std::atomic<uint64_t> looks_{0};  // That have begun, of whichever source.
  std::deque<SourcePtr> to_ingest_;
  const Source* running_ = nullptr;
  Clock::time_point running_since_;
  Clock::time_point pumped_;
  std::atomic<bool> stopping_{false};
  std::atomic<bool> alive_{true};
  std::atomic<size_t> waiting_{0};
  std::atomic<size_t> waiting_max_;

  absl::Mutex mutex_;
  std::vector<Looked> looked_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::function<void()>> commands_ ABSL_GUARDED_BY(mutex_);
  bool ended_ ABSL_GUARDED_BY(mutex_) = false;  // Nobody takes commands any more.

  // Last: their threads use all of the above.
  std::unique_ptr<FetchPool> local_pool_;
  std::unique_ptr<FetchPool> remote_pool_;
  std::thread thread_;
};

}  // namespace setpoint::server
