#include "server/follow/ingest_loop.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "absl/synchronization/notification.h"
#include "query/errors.h"
#include "server/follow/sources.h"
#include "storage/base/concat.h"
#include "storage/base/logging.h"
#include "storage/engine/write_batch.h"
#include "storage/git/source.h"
#include "storage/projections/repository_settings.h"

namespace setpoint::server {
namespace {

using std::chrono::milliseconds;
using storage::Concat;
using Outcome = FetchSchedule::Outcome;
using Phase = FollowState::Phase;

// What waits for the loop: nobody asks for more at once who is not trying to.
constexpr size_t kCommandsMax = 1'024;
// During an ingest the loop looks up so often.
constexpr auto kPumpInterval = milliseconds(10);

const storage::Logger& Log() {
  static const storage::Logger logger("server/follow");
  return logger;
}

std::string TextOf(const absl::Status& status) { return std::string(status.message().data(), status.message().size()); }

bool IsUrl(const std::string& text) {
  const auto source = storage::ParseSource(text);
  return source.ok() && source->kind == storage::SourceKind::kUrl;
}

std::string HostOf(const std::string& text) {
  const auto url = storage::ParseUrl(text);
  return url.ok() ? url->host : std::string();
}

// Whose fault a failure is decides who is left alone.
Outcome OutcomeOf(const absl::Status& error) {
  const std::string text = TextOf(error);
  if (text.find("error: 429") != std::string::npos || text.find("error: 503") != std::string::npos) {
    return Outcome::kHostRefused;
  }
  const bool is_hosts = absl::IsUnavailable(error) || absl::IsDeadlineExceeded(error);
  return is_hosts ? Outcome::kHostFailed : Outcome::kSourceFailed;
}

absl::Status NotFollowed(std::string_view repository) {
  return query::NotFound(query::reason::kUnknownRepository, Concat("no repository '", repository, "' is followed"));
}

}  // namespace

IngestLoop::IngestLoop(IngestLoopContext context, const std::vector<FollowedRepository>& repositories,
                       const IngestLoopOptions& options)
    : context_(std::move(context)),
      options_(options),
      schedule_(options, context_.jitter),
      waiting_max_(options.waiting_max) {
  for (const FollowedRepository& repository : repositories) Add(repository, Since::kStart);
}

IngestLoop::~IngestLoop() { Stop(); }

void IngestLoop::Start() {
  for (const auto& [name, source] : sources_) {
    const absl::Status status = StoreKnown(source->repository);
    if (!status.ok()) Log().Error(Concat("the settings of repository ", name, " are not kept: ", TextOf(status)));
  }
  const auto wake = [this] { signals_.Interrupt(); };
  local_pool_ = std::make_unique<FetchPool>(options_.local_threads, wake);
  remote_pool_ = std::make_unique<FetchPool>(options_.remote_threads, wake);
  thread_ = std::thread([this] {
    Loop();
    alive_ = false;
  });
}

void IngestLoop::Stop() {
  stopping_ = true;
  signals_.Interrupt();
  if (thread_.joinable()) thread_.join();
  local_pool_.reset();
  remote_pool_.reset();
}

void IngestLoop::Loop() {
  while (!stopping_) {
    Pump(milliseconds(0));
    if (const SourcePtr source = NextToIngest()) {
      Ingest(*source);
    } else {
      Pump(std::chrono::ceil<milliseconds>(UntilNextDue()));
    }
  }
  for (const auto& [name, source] : sources_) source->cancellation.Cancel();
  std::vector<std::function<void()>> left;
  {
    absl::MutexLock lock(&mutex_);
    ended_ = true;
    left.swap(commands_);
  }
  // Somebody may be waiting for one.
  for (const auto& command : left) command();
}

void IngestLoop::Pump(milliseconds patience) {
  pumped_ = Clock::now();
  for (const size_t id : signals_.Wait(patience)) {
    for (const auto& [name, source] : sources_) {
      if (source->id == id) schedule_.NoteSign(name, Clock::now());
    }
  }
  TakeLooked();
  TakeCommands();
  SendOut(Lane::kLocal, *local_pool_);
  SendOut(Lane::kRemote, *remote_pool_);
}

void IngestLoop::TakeLooked() {
  std::vector<Looked> looked;
  {
    absl::MutexLock lock(&mutex_);
    looked.swap(looked_);
  }
  for (Looked& each : looked) TakeObservation(std::move(each));
}

void IngestLoop::TakeCommands() {
  std::vector<std::function<void()>> commands;
  {
    absl::MutexLock lock(&mutex_);
    commands.swap(commands_);
  }
  for (const auto& command : commands) command();
}

void IngestLoop::SendOut(Lane lane, FetchPool& pool) {
  while (!stopping_ && pool.HasRoom()) {
    const std::optional<std::string> name = schedule_.Begin(lane, Clock::now());
    if (!name.has_value()) return;
    const SourcePtr& source = sources_.at(*name);
    source->looking = true;
    source->begun = Clock::now();
    source->state.begun = ++looks_;
    Publish(*source, Phase::kFetching);
    pool.Submit([this, source, options = MirrorOptionsOf(*source), generation = generation_] {
      if (std::exchange(source->generation, generation) != generation) source->observer.reset();
      Look(source, options);
    });
  }
}

IngestLoop::Clock::duration IngestLoop::UntilNextDue() const {
  Clock::time_point next = Clock::now() + std::chrono::hours(1);
  // Where no thread is free, one that becomes so is what wakes the loop.
  if (local_pool_->HasRoom()) next = std::min(next, schedule_.NextDue(Lane::kLocal));
  if (remote_pool_->HasRoom()) next = std::min(next, schedule_.NextDue(Lane::kRemote));
  return std::max(next - Clock::now(), Clock::duration::zero());
}

storage::MirrorOptions IngestLoop::MirrorOptionsOf(const Source& source) const {
  storage::MirrorOptions options;
  options.deadline = absl::FromChrono(options_.fetch_deadline);
  options.listing_deadline = absl::FromChrono(options_.listing_deadline);
  options.fetch_bytes_max = options_.fetch_bytes_max;
  options.depth = source.repository.depth;
  options.filter = source.repository.filter;
  options.transport.credentials = source.repository.credentials;
  options.transport.stall = absl::FromChrono(options_.stall);
  if (source.repository.by_request) options.transport.admit = context_.admit;
  options.cancellation = &source.cancellation;
  return options;
}

void IngestLoop::Look(const SourcePtr& source, const storage::MirrorOptions& options) {
  absl::StatusOr<storage::Observation> observation = TryLook(*source, options);
  // Opened again next time: what was wrong may be in what it remembers.
  if (!observation.ok()) source->observer.reset();
  {
    absl::MutexLock lock(&mutex_);
    looked_.push_back({source, std::move(observation)});
  }
  signals_.Interrupt();
}

absl::StatusOr<storage::Observation> IngestLoop::TryLook(Source& source, const storage::MirrorOptions& options) {
  if (source.observer == nullptr) {
    WatchRefs(source);
    auto observer = storage::SourceObserver::Open(context_.database.directory, source.repository, options);
    if (!observer.ok()) return observer.status();
    source.observer = *std::move(observer);
  }
  absl::StatusOr<storage::Observation> observation = source.observer->Observe();
  // A ref moved while it was fetched: once more, before that counts as a failure.
  return absl::IsAborted(observation.status()) ? source.observer->Observe() : std::move(observation);
}

// Again after each failure, since what was watched may be gone and made anew.
void IngestLoop::WatchRefs(Source& source) {
  const auto parsed = storage::ParseSource(source.repository.source);
  if (source.watch_refused || !parsed.ok() || parsed->kind != storage::SourceKind::kDirectory) return;
  const absl::Status status = signals_.Watch(source.id, source.repository.source);
  // A repository that is not there is the look's own error.
  if (!absl::IsUnavailable(status)) return;
  source.watch_refused = true;
  Log().Warning(Concat("repository ", source.repository.name, " is polled only: ", status.message()));
}

void IngestLoop::TakeObservation(Looked looked) {
  Source& source = *looked.source;
  source.looking = false;
  if (source.dropped) return Release(source);
  if (stopping_) return;
  schedule_.EndLook(source.repository.name);
  source.state.last_look = context_.clock.NowSeconds();
  if (!looked.observation.ok()) return NoteFailure(source, looked.observation.status());
  // Objects that a local source lacked may have come without a ref that moved; a remote one was fetched whole.
  if (source.lane == Lane::kRemote && source.ingested == *looked.observation) {
    source.state.last_success = source.state.last_look;
    return Finish(source, Outcome::kDone);
  }
  source.seen = *std::move(looked.observation);
  to_ingest_.push_back(looked.source);
  Publish(source, Phase::kIngesting);
}

IngestLoop::SourcePtr IngestLoop::NextToIngest() const { return to_ingest_.empty() ? nullptr : to_ingest_.front(); }

void IngestLoop::Ingest(Source& source) {
  const SourcePtr kept = to_ingest_.front();
  to_ingest_.pop_front();
  running_ = &source;
  running_since_ = Clock::now();
  absl::StatusOr<storage::IngestReport> report = TryIngest(source);
  running_ = nullptr;
  if (source.dropped) return Release(source);
  if (stopping_) return;
  if (!report.ok()) return NoteFailure(source, report.status());
  source.state.warnings = report->warnings;
  source.state.entries += report->entries;
  source.state.commits += report->commits;
  source.state.changes += report->changes;
  if (report->entries > 0) source.state.last_change = context_.clock.NowSeconds();
  // Where it gave way it goes on after the others; a commit beyond all bounds stops it for good.
  if (report->stopped && report->warnings.empty()) {
    to_ingest_.push_back(kept);
    return Publish(source, Phase::kIngesting);
  }
  source.ingested.reset();
  if (report->warnings.empty()) source.ingested = std::move(source.seen);
  source.seen.reset();
  source.state.last_success = context_.clock.NowSeconds();
  Finish(source, Outcome::kDone);
}

absl::StatusOr<storage::IngestReport> IngestLoop::TryIngest(Source& source) {
  if (source.ingester == nullptr) {
    storage::IngestOptions options;
    options.clock = &context_.clock;
    options.on_progress = [this, &source](const storage::IngestProgress& progress) {
      // At least what is done: the total is not known at first.
      const uint64_t total = std::max(progress.commits_total, progress.commits_done);
      source.state.commits_behind = total - progress.commits_done;
      if (!source.dropped) context_.table.SetCommitsBehind(source.state.repository, source.state.commits_behind);
      return GoOn();
    };
    auto ingester = storage::Ingester::OpenForObservations(context_.database, source.repository, options);
    if (!ingester.ok()) return ingester.status();
    source.ingester = *std::move(ingester);
  }
  return source.ingester->Ingest(*source.seen);
}

bool IngestLoop::GoOn() {
  if (stopping_ || running_->dropped) return false;
  const Clock::time_point now = Clock::now();
  if (now - pumped_ >= kPumpInterval) Pump(milliseconds(0));
  return !running_->dropped && (now - running_since_ < options_.slice || to_ingest_.empty());
}

void IngestLoop::Finish(Source& source, Outcome outcome) {
  FollowState& state = source.state;
  ++state.runs;
  state.finished = state.begun;
  state.run_seconds += std::chrono::duration<double>(Clock::now() - source.begun).count();
  if (outcome == Outcome::kDone) {
    ++state.good_runs;
    state.observed = source.begun;
    state.commits_behind = 0;
    state.failures = 0;
    state.error.clear();
  }
  schedule_.Finish(source.repository.name, outcome, Clock::now());
  Publish(source, outcome == Outcome::kDone ? Phase::kWaiting : Phase::kBackingOff);
}

void IngestLoop::NoteFailure(Source& source, const absl::Status& error) {
  source.ingester.reset();
  source.seen.reset();
  source.ingested.reset();
  ++source.state.failures;
  ++source.state.failed_runs;
  source.state.error = TextOf(error);
  source.state.last_error = source.state.error;
  source.state.last_failure = context_.clock.NowSeconds();
  Finish(source, OutcomeOf(error));
  Log().Warning(Concat("repository ", source.repository.name, ": ", source.state.error, " (failure ",
                       source.state.failures, ")"));
}

void IngestLoop::Publish(Source& source, Phase phase) {
  FollowState& state = source.state;
  const Clock::time_point now = Clock::now();
  const FetchSchedule::Standing standing = schedule_.StandingOf(source.repository.name, now);
  state.phase = phase;
  state.waits_for.clear();
  state.next_look.reset();
  if (phase == Phase::kWaiting || phase == Phase::kBackingOff) {
    const auto wait = std::chrono::ceil<std::chrono::seconds>(std::max(standing.due - now, Clock::duration::zero()));
    state.next_look = context_.clock.NowSeconds() + wait.count();
    if (standing.host_backs_off) state.phase = Phase::kBackingOff;
  }
  if (state.phase == Phase::kBackingOff) {
    state.waits_for = standing.host_backs_off ? Concat("several sources of ", HostOf(source.repository.source), " fail")
                                              : Concat(state.failures, " failures in a row");
  }
  context_.table.Set(state);
}

void IngestLoop::Add(const FollowedRepository& repository, Since since) {
  auto source = std::make_shared<Source>();
  source->id = next_id_++;
  source->repository = repository;
  source->lane = IsUrl(repository.source) ? Lane::kRemote : Lane::kLocal;
  source->state.repository = repository.name;
  source->state.source = storage::RedactUrls(repository.source);
  source->state.since_start = since == Since::kStart;
  // Its mirror may still be in the hands of the one before.
  if (leaving_.contains(repository.name)) {
    source->waits = true;
  } else {
    Schedule(*source);
  }
  Publish(*source, Phase::kWaiting);
  sources_[repository.name] = std::move(source);
}

void IngestLoop::Schedule(Source& source) {
  const FollowedRepository& repository = source.repository;
  const std::string host = source.lane == Lane::kRemote ? HostOf(repository.source) : std::string();
  schedule_.Put(repository.name, {.lane = source.lane, .host = host, .poll_interval = repository.poll}, Clock::now());
}

void IngestLoop::Drop(const std::string& name) {
  const auto found = sources_.find(name);
  if (found == sources_.end()) return;
  const SourcePtr source = found->second;
  source->dropped = true;
  source->cancellation.Cancel();
  signals_.Forget(source->id);
  std::erase(to_ingest_, source);
  if (!source->waits) schedule_.Erase(name);
  if (source->looking || source.get() == running_) leaving_[name] = source;
  sources_.erase(found);
}

// A dropped one that nobody works on any more: who came in its place may begin.
void IngestLoop::Release(const Source& source) {
  const std::string name = source.repository.name;
  // A look that began before it was dropped may have had its refs watched after that.
  signals_.Forget(source.id);
  leaving_.erase(name);
  const auto next = sources_.find(name);
  if (next == sources_.end() || !std::exchange(next->second->waits, false)) return;
  Schedule(*next->second);
}

absl::Status IngestLoop::Store(const storage::RepositorySettings& settings) {
  storage::WriteBatch batch;
  storage::PutRepositorySettings(settings, batch);
  return context_.database.store->Write(batch);
}

// Another source under its name is an error of the ingester's.
absl::Status IngestLoop::StoreKnown(const storage::RepositorySettings& settings) {
  const auto known = storage::ReadRepositorySettings(*context_.database.store, settings.name);
  if (!known.ok()) return known.status();
  const bool is_other = !known->has_value() || (*known)->source != settings.source;
  return is_other || **known == settings ? absl::OkStatus() : Store(settings);
}

absl::Status IngestLoop::Command(std::function<void()> command) {
  {
    absl::MutexLock lock(&mutex_);
    if (ended_) return absl::UnavailableError("the server is stopping");
    if (commands_.size() >= kCommandsMax) return absl::ResourceExhaustedError("too many requests wait; try again");
    commands_.push_back(std::move(command));
  }
  signals_.Interrupt();
  return absl::OkStatus();
}

absl::Status IngestLoop::CommandAndWait(const std::function<absl::Status()>& command) {
  absl::Notification done;
  absl::Status result;
  absl::Status sent = Command([&] {
    result = command();
    done.Notify();
  });
  if (!sent.ok()) return sent;
  done.WaitForNotification();
  return result;
}

absl::StatusOr<uint64_t> IngestLoop::RequestFetch(std::string_view repository) {
  if (!context_.table.Find(repository).has_value()) return NotFollowed(repository);
  const uint64_t number = looks_ + 1;  // Taken before it is asked for: the look may begin at once.
  absl::Status status = Command([this, name = std::string(repository)] { schedule_.NoteRequest(name, Clock::now()); });
  if (!status.ok()) return status;
  return number;
}

absl::StatusOr<std::optional<FollowState>> IngestLoop::AwaitLook(std::string_view repository, uint64_t number,
                                                                 absl::Duration patience) {
  const bool has_room = ++waiting_ <= waiting_max_;
  std::optional<FollowState> state;
  if (has_room) state = context_.table.AwaitLook(repository, number, patience);
  --waiting_;
  if (!has_room) return absl::ResourceExhaustedError("too many requests wait for looks; ask without `wait`");
  const bool is_over = !state.has_value() || state->finished >= number;
  if (!is_over && context_.table.waits_ended()) return absl::UnavailableError("the server is stopping");
  return state;
}

absl::Status IngestLoop::Follow(const FollowedRepository& repository) {
  return CommandAndWait([&]() -> absl::Status {
    const auto known = storage::ReadRepositorySettings(*context_.database.store, repository.name);
    if (!known.ok()) return known.status();
    if (known->has_value() && (*known)->source != repository.source) {
      return absl::AlreadyExistsError(
          Concat("repository '", repository.name, "' is of another source: ", storage::RedactUrls((*known)->source)));
    }
    if (!sources_.contains(repository.name) && sources_.size() >= options_.repositories_max) {
      return absl::ResourceExhaustedError(
          Concat("no more than ", options_.repositories_max, " repositories are followed"));
    }
    // What the store keeps of it beside following stays.
    FollowedRepository whole = repository;
    if (known->has_value()) KeepWhatIsNotGiven(**known, whole);
    if (absl::Status status = Store(whole); !status.ok()) return status;
    // One that a start waits for is waited for still.
    const auto before = sources_.find(whole.name);
    const bool is_awaited =
        before != sources_.end() && before->second->state.since_start && before->second->state.runs == 0;
    Drop(whole.name);
    Add(whole, is_awaited ? Since::kStart : Since::kLater);
    return absl::OkStatus();
  });
}

absl::Status IngestLoop::Unfollow(std::string_view repository) {
  return CommandAndWait([&]() -> absl::Status {
    const std::string name(repository);
    const auto source = sources_.find(name);
    if (source == sources_.end()) return NotFollowed(repository);
    storage::RepositorySettings settings = source->second->repository;
    settings.followed = false;
    if (absl::Status status = Store(settings); !status.ok()) return status;
    Drop(name);
    context_.table.Erase(name);
    return absl::OkStatus();
  });
}

void IngestLoop::SetOptions(const IngestLoopOptions& options) {
  const absl::Status status = Command([this, options] {
    options_ = options;
    waiting_max_ = options.waiting_max;
    schedule_.SetOptions(options);
    ++generation_;
  });
  if (!status.ok()) Log().Error(Concat("the new settings of following are not taken: ", status.message()));
}

}  // namespace setpoint::server
