#include "query/log.h"

#include <algorithm>
#include <utility>

#include "query/content.h"
#include "query/entry_facts.h"
#include "query/entry_walk.h"
#include "query/search.h"
#include "query/signature.h"
#include "query/visibility.h"
#include "storage/log/log_reader.h"
#include "storage/projections/positions.h"

namespace setpoint::query {
namespace {

using storage::Position;
using storage::Revision;
using storage::StepRow;

// Leaves the files and changes that can be seen. False: nothing of what the entry did is left, so it never was.
bool LeaveOutUnseen(const VisiblePaths& visible, storage::Entry& entry) {
  if (visible.IsAll()) return true;
  const bool had_some = !entry.files.empty() || !entry.changes.empty();
  std::vector<storage::FileChange> files;
  std::vector<storage::Change> changes;
  std::vector<std::optional<uint32_t>> places(entry.files.size());
  for (size_t i = 0; i < entry.files.size(); ++i) {
    if (!visible.Sees(entry.files[i].path)) continue;
    places[i] = static_cast<uint32_t>(files.size());
    files.push_back(std::move(entry.files[i]));
  }
  for (storage::Change& change : entry.changes) {
    if (!places.at(change.file) || !visible.SeesKey(change.key)) continue;
    change.file = *places[change.file];
    if (!change.moved_from.empty() && !visible.SeesKey(change.moved_from)) {
      change.moved_from.clear();
      if (change.operation == storage::Operation::kMoved) change.operation = storage::Operation::kCreated;
    }
    changes.push_back(std::move(change));
  }
  entry.files = std::move(files);
  entry.changes = std::move(changes);
  return !had_some || !entry.files.empty() || !entry.changes.empty();
}

}  // namespace

class LogScan::Run {
 public:
  Run(const View& view, LogRequest request) : view_(view), request_(std::move(request)), filter_(request_.filter) {}

  absl::StatusOr<std::optional<LogItem>> Next(ScanBudget& budget) {
    found_.reset();
    if (!changes_ && !walk_) {
      if (absl::Status status = Begin(); !status.ok()) return status;
    }
    while (!found_ && !ended_ && !budget.IsSpent()) {
      absl::Status status = changes_ ? GoOnByChanges(budget) : GoOnByEntries(budget);
      if (!status.ok()) return status;
    }
    return std::move(found_);
  }

  bool ended() const { return ended_; }

 private:
  absl::Status Begin() {
    if (!filter_.AsksForFields() && !filter_.NeedsContent()) {
      walk_.emplace(view_, request_.repository, request_.position);
      if (request_.before) walk_->SkipTo(Revision(request_.before->value - 1));
      return SkipNewer(*walk_);
    }
    // The entries with a change that a search finds: on a timeline whoever wrote it, over all where it was written.
    SearchRequest search{
        .repository = request_.repository, .position = request_.position, .filter = filter_, .before = {}};
    search.filter.TakeAnyCommit();
    if (request_.before) search.before = {*request_.before, 0};
    changes_.emplace(view_, std::move(search));
    return absl::OkStatus();
  }

  absl::Status GoOnByChanges(ScanBudget& budget) {
    auto change = changes_->Next(budget);
    if (!change.ok()) return change.status();
    ended_ = changes_->ended();
    if (!change->has_value()) return absl::OkStatus();
    const Revision revision = (*change)->version.position.revision;
    if (last_ == revision) return absl::OkStatus();
    last_ = revision;
    auto entry = ReadEntryFacts(view_, revision);
    return entry.ok() ? Consider(*entry) : entry.status();
  }

  absl::Status GoOnByEntries(ScanBudget& budget) {
    auto row = walk_->Next(budget);
    if (!row.ok()) return row.status();
    if (!row->has_value()) {
      ended_ = !budget.IsSpent();
      return absl::OkStatus();
    }
    if (!MayMatch(**row)) return absl::OkStatus();
    auto entry = ReadEntryFacts(view_, (*row)->position.revision);
    if (!entry.ok()) return entry.status();
    ended_ = TooOld(*entry);
    if (ended_) return absl::OkStatus();
    if (absl::Status status = SkipOlder(*entry, *walk_); !status.ok()) return status;
    return Consider(*entry);
  }

  bool IsByObserved() const { return filter_.axis == storage::TimeAxis::kObserved; }

  // `observed` never runs backwards.
  bool TooOld(const EntryFacts& entry) const {
    return IsByObserved() && filter_.since && entry.observed < *filter_.since;
  }

  absl::Status SkipNewer(EntryWalk& walk) {
    if (!IsByObserved() || !filter_.until || !request_.position) return absl::OkStatus();
    const auto timeline = view_.catalog.timelines.Find(request_.position->timeline);
    if (!timeline || timeline->IsAnonymous()) return absl::OkStatus();
    auto found = storage::FindByTime(view_.rows, view_.catalog.timelines, timeline->id, storage::TimeAxis::kObserved,
                                     *filter_.until, request_.position->revision);
    if (!found.ok()) return found.status();
    walk.SkipTo(*found ? (*found)->revision : Revision());
    return absl::OkStatus();
  }

  // On each timeline the index has the running maximum of min(committer time, observed). At and below the last entry
  // that it has before `since`, only one that was committed after it was observed can be wanted: those are at and below
  // the last entry observed before `since`.
  absl::Status SkipOlder(const EntryFacts& entry, EntryWalk& walk) {
    if (IsByObserved() || !filter_.since || !request_.position || entry.observed < *filter_.since) {
      return absl::OkStatus();
    }
    const auto timeline = view_.catalog.timelines.Find(entry.timeline);
    if (!timeline || timeline->IsAnonymous()) return absl::OkStatus();
    if (older_timeline_ != timeline->id) {
      auto older = LastBefore(*timeline, storage::TimeAxis::kCommitted);
      if (!older.ok()) return older.status();
      older_timeline_ = timeline->id;
      older_ = *older;
    }
    if (entry.revision > older_) return absl::OkStatus();
    auto unseen = LastBefore(*timeline, storage::TimeAxis::kObserved);
    if (!unseen.ok()) return unseen.status();
    walk.SkipTo(std::max(*unseen, Revision(timeline->first.value - 1)));
    return absl::OkStatus();
  }

  // The last entry of the timeline itself that has a time before `since`; none: zero.
  absl::StatusOr<Revision> LastBefore(const storage::Timeline& timeline, storage::TimeAxis axis) const {
    auto found =
        storage::FindByTime(view_.rows, view_.catalog.timelines, timeline.id, axis, *filter_.since - 1, view_.applied);
    if (!found.ok()) return found.status();
    return *found && (*found)->timeline == timeline.id ? (*found)->revision : Revision();
  }

  bool AsksForChanges() const { return AsksForResource() || !filter_.path.empty() || !filter_.scope.empty(); }
  bool AsksForResource() const {
    return filter_.operation || !filter_.kind.empty() || filter_.declared_namespace || !filter_.name.empty();
  }

  bool MayMatch(const StepRow& row) const {
    if (filter_.cause && *filter_.cause != row.cause) return false;
    if (!AsksForResource()) return true;
    return std::any_of(row.steps.begin(), row.steps.end(), [&](const storage::Step& step) {
      return (!filter_.operation || *filter_.operation == step.operation) &&
             filter_.MatchesResource(view_.catalog.names.ResourceKey(step.resource),
                                     static_cast<storage::Format>(step.format), view_.catalog.names.Path(step.path));
    });
  }

  // Files count by themselves where nothing is asked of a resource.
  bool MatchesFiles(const storage::Entry& entry) const {
    if (AsksForResource() || !AsksForChanges()) return true;
    return std::any_of(entry.files.begin(), entry.files.end(),
                       [&](const storage::FileChange& file) { return filter_.MatchesPath(file.path); });
  }

  // On a timeline the scope is that of where it is read, over all of them that of each entry.
  VisiblePaths VisibleAt(Position entry) const { return PathsAt(view_, request_.position.value_or(entry)); }

  // What the steps of an entry promised, asked again of the changes that can be seen.
  bool MatchesSeen(const storage::Entry& entry) const {
    if (!AsksForResource() || filter_.AsksForFields() || filter_.NeedsContent()) return true;
    return std::any_of(entry.changes.begin(), entry.changes.end(), [&](const storage::Change& change) {
      return (!filter_.operation || *filter_.operation == change.operation) &&
             filter_.MatchesResource(change.key, static_cast<storage::Format>(change.format),
                                     entry.files.at(change.file).path);
    });
  }

  absl::Status DiscloseHashes(storage::Entry& entry) const {
    for (storage::Change& change : entry.changes) {
      auto hash = DiscloseHash(view_, change.content_hash);
      if (!hash.ok()) return hash.status();
      change.content_hash = *hash;
    }
    return absl::OkStatus();
  }

  absl::Status Consider(const EntryFacts& facts) {
    if (filter_.cause && *filter_.cause != facts.cause) return absl::OkStatus();
    auto commit = ReadCommit(view_, request_.repository, facts.commit);
    if (!commit.ok()) return commit.status();
    if (!filter_.MatchesCommit(facts, *commit)) return absl::OkStatus();
    auto is_signed = MatchesSignature(view_, request_.repository, filter_.signature, facts.commit, *commit);
    if (!is_signed.ok() || !*is_signed) return is_signed.status();
    auto entry = storage::ReadEntry(view_.rows, facts.revision);
    if (!entry.ok()) return entry.status();
    if (!entry->has_value() || !LeaveOutUnseen(VisibleAt({facts.timeline, facts.revision}), **entry)) {
      return absl::OkStatus();
    }
    if (!MatchesFiles(**entry) || !MatchesSeen(**entry)) return absl::OkStatus();
    if (absl::Status status = DiscloseHashes(**entry); !status.ok()) return status;
    found_ = LogItem{{facts.timeline, facts.revision}, **std::move(entry), *std::move(commit)};
    return absl::OkStatus();
  }

  const View view_;
  const LogRequest request_;
  const LogFilter& filter_;
  // One of them, once it has begun.
  std::optional<EntryWalk> walk_;
  std::optional<ChangeScan> changes_;
  std::optional<Revision> last_;  // Of the changes.
  std::optional<LogItem> found_;  // By the call at hand.
  bool ended_ = false;
  // Of one timeline, found once: the last entry that `times` has before `since`.
  storage::TimelineId older_timeline_;
  Revision older_;
};

LogScan::LogScan(const View& view, LogRequest request) : run_(std::make_unique<Run>(view, std::move(request))) {}
LogScan::~LogScan() = default;
LogScan::LogScan(LogScan&&) noexcept = default;
LogScan& LogScan::operator=(LogScan&&) noexcept = default;

absl::StatusOr<std::optional<LogItem>> LogScan::Next(ScanBudget& budget) { return run_->Next(budget); }
bool LogScan::ended() const { return run_->ended(); }

absl::Status ReadLog(const View& view, const LogRequest& request, const std::function<bool(LogItem)>& visit) {
  LogScan scan(view, request);
  for (size_t count = 0; request.limit == 0 || count < request.limit; ++count) {
    ScanBudget unbounded;
    auto item = scan.Next(unbounded);
    if (!item.ok()) return item.status();
    if (!item->has_value() || !visit(**std::move(item))) break;
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<LogItem>> ReadLog(const View& view, const LogRequest& request) {
  std::vector<LogItem> items;
  absl::Status status = ReadLog(view, request, [&](LogItem item) {
    items.push_back(std::move(item));
    return true;
  });
  if (!status.ok()) return status;
  return items;
}

}  // namespace setpoint::query
