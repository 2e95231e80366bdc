#include "server/follow/ingest_loop.h"

#include <algorithm>
#include <utility>

#include "query/errors.h"
#include "storage/base/concat.h"
#include "storage/base/logging.h"
#include "storage/git/source.h"

namespace setpoint::server {
namespace {

using std::chrono::milliseconds;

const storage::Logger& Log() {
  static const storage::Logger logger("server");
  return logger;
}

std::string TextOf(const absl::Status& status) { return std::string(status.message().data(), status.message().size()); }

bool IsLocalRepository(const std::string& text) {
  const auto source = storage::ParseSource(text);
  return source.ok() && source->kind == storage::SourceKind::kDirectory;
}

}  // namespace

IngestLoop::IngestLoop(storage::Database& database, std::vector<storage::RepositorySettings> sources,
                       const IngestLoopOptions& options, FollowTable& table)
    : database_(database), options_(options), table_(table) {
  for (storage::RepositorySettings& settings : sources) {
    Source source;
    source.state.repository = settings.name;
    source.settings = std::move(settings);
    table_.Set(source.state);
    sources_.push_back(std::move(source));
  }
}

IngestLoop::~IngestLoop() { Stop(); }

void IngestLoop::Start() {
  thread_ = std::thread([this] {
    Loop();
    alive_ = false;
  });
}

void IngestLoop::Stop() {
  stopping_ = true;
  signals_.Interrupt();
  if (thread_.joinable()) thread_.join();
}

void IngestLoop::Loop() {
  while (!stopping_) {
    // Signs that came during the last run are taken before the next source is chosen.
    TakeSigns(milliseconds(0));
    if (Source* source = FindDue(Clock::now())) {
      Run(*source);
    } else {
      TakeSigns(std::chrono::ceil<milliseconds>(UntilNextDue(Clock::now())));
    }
  }
}

IngestLoop::Source* IngestLoop::FindDue(Clock::time_point now) {
  const auto first = std::min_element(sources_.begin(), sources_.end(),
                                      [](const Source& a, const Source& b) { return a.due < b.due; });
  return first == sources_.end() || first->due > now ? nullptr : &*first;
}

IngestLoop::Clock::duration IngestLoop::UntilNextDue(Clock::time_point now) const {
  Clock::duration wait = options_.poll_interval;
  for (const Source& source : sources_) wait = std::min(wait, source.due - now);
  return std::max(wait, Clock::duration::zero());
}

void IngestLoop::TakeSigns(milliseconds timeout) {
  for (size_t index : signals_.Wait(timeout)) {
    Source& source = sources_[index];
    // One that backs off keeps to its time: the sign may come from what makes it fail.
    if (source.state.failures == 0) source.due = std::min(source.due, Clock::now() + options_.debounce);
  }
  TakeRequests();
}

void IngestLoop::TakeRequests() {
  std::set<std::string, std::less<>> requests;
  {
    absl::MutexLock lock(&requests_mutex_);
    requests.swap(requests_);
  }
  for (Source& source : sources_) {
    if (requests.contains(source.settings.name)) source.due = std::min(source.due, Clock::now());
  }
}

absl::Status IngestLoop::RequestFetch(std::string_view repository) {
  const bool known = std::any_of(sources_.begin(), sources_.end(),
                                 [repository](const Source& source) { return source.settings.name == repository; });
  if (!known) {
    return query::NotFound(query::reason::kUnknownRepository,
                           storage::Concat("no repository '", repository, "' is followed"));
  }
  {
    absl::MutexLock lock(&requests_mutex_);
    requests_.emplace(repository);
  }
  signals_.Interrupt();
  return absl::OkStatus();
}

void IngestLoop::Run(Source& source) {
  running_ = &source;
  running_since_ = Clock::now();
  // A sign during the run may be of something that the run did not see any more: it brings the next run forward again.
  source.due = Clock::time_point::max();
  const absl::StatusOr<storage::IngestReport> report = TryRun(source);
  running_ = nullptr;
  if (stopping_) return;
  source.state.run_seconds += std::chrono::duration<double>(Clock::now() - running_since_).count();
  if (!report.ok()) return NoteFailure(source, report.status());
  // Where it gave way it goes on as soon as nothing else is due.
  const Clock::time_point next = Clock::now() + (report->stopped ? milliseconds(0) : options_.poll_interval);
  source.due = std::min(source.due, next);
  source.state.failures = 0;
  source.state.error.clear();
  source.state.warnings = report->warnings;
  if (!report->stopped) {
    ++source.state.runs;
    source.state.commits_behind = 0;
  }
  ++source.state.good_runs;
  source.state.observed = running_since_;
  source.state.entries += report->entries;
  source.state.commits += report->commits;
  source.state.changes += report->changes;
  table_.Set(source.state);
}

absl::StatusOr<storage::IngestReport> IngestLoop::TryRun(Source& source) {
  if (source.ingester == nullptr) {
    WatchRefs(source);
    storage::IngestOptions options;
    options.on_progress = [this, &source](const storage::IngestProgress& progress) {
      // At least what is done: the total is not known at first.
      const uint64_t total = std::max(progress.commits_total, progress.commits_done);
      source.state.commits_behind = total - progress.commits_done;
      table_.SetCommitsBehind(source.state.repository, source.state.commits_behind);
      return GoOn();
    };
    auto ingester = storage::Ingester::Open(database_, source.settings, options);
    if (!ingester.ok()) return ingester.status();
    source.ingester = *std::move(ingester);
  }
  return source.ingester->Run();
}

void IngestLoop::NoteFailure(Source& source, const absl::Status& error) {
  source.ingester.reset();
  ++source.state.failures;
  ++source.state.runs;
  ++source.state.failed_runs;
  source.state.error = TextOf(error);
  table_.Set(source.state);
  const uint64_t doublings = std::min<uint64_t>(source.state.failures - 1, 20);
  const auto wait = std::min(options_.retry_max, options_.retry_min * (int64_t{1} << doublings));
  source.due = Clock::now() + wait;
  Log().Warning(storage::Concat("repository ", source.settings.name, ": ", source.state.error, " (again in ",
                                wait.count(), " ms)"));
}

// Again after each failure, since what was watched may be gone and made anew.
void IngestLoop::WatchRefs(Source& source) {
  if (source.watch_refused || !IsLocalRepository(source.settings.source)) return;
  const auto index = static_cast<size_t>(&source - sources_.data());
  const absl::Status status = signals_.Watch(index, source.settings.source);
  // A repository that is not there is the run's own error.
  if (!absl::IsUnavailable(status)) return;
  source.watch_refused = true;
  Log().Warning(storage::Concat("repository ", source.settings.name, " is polled only: ", TextOf(status)));
}

bool IngestLoop::GoOn() {
  if (stopping_) return false;
  const Clock::time_point now = Clock::now();
  if (now - running_since_ < options_.slice) return true;
  TakeSigns(milliseconds(0));
  return std::none_of(sources_.begin(), sources_.end(),
                      [&](const Source& source) { return &source != running_ && source.due <= now; });
}

}  // namespace setpoint::server
