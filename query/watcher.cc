#include "query/watcher.h"

#include <utility>

#include "query/environment.h"
#include "query/errors.h"
#include "query/position.h"
#include "query/reformatted.h"
#include "query/repository.h"
#include "query/view.h"
#include "storage/base/check.h"
#include "storage/base/concat.h"
#include "storage/log/meta.h"

namespace setpoint::query {
namespace {

using storage::Cause;
using storage::Database;
using storage::Revision;
using storage::StepRow;
using storage::Timeline;
using storage::TimelineId;

// Part of the interface, as those of errors.h.
constexpr std::string_view kBadCursor = "bad-cursor";
constexpr std::string_view kEnvironmentAndRef = "environment-and-ref";

// A call of Next looks at no more changes than this, so that a filter that takes nothing does not keep a thread.
constexpr size_t kExaminedMax = 4'096;

absl::StatusOr<WatchCursor> ResolveFrom(const Database& database, const WatchOptions& options,
                                        const WatchScope& scope) {
  const View view(database, options.disclosure);
  if (options.from.empty() || options.from == "now") return WatchCursor{view.applied};
  if (options.from == "start") return WatchCursor{Revision(0)};
  if (const auto cursor = WatchCursor::Parse(options.from)) {
    if (cursor->revision <= view.applied) return *cursor;
    return absl::OutOfRangeError(storage::Concat(
        "cursor ", options.from, " is beyond this store, whose newest revision is r", view.applied.value));
  }
  auto position = ResolvePosition(view, {.repository = scope.repository(), .text = options.from, .now = options.now});
  if (!position.ok()) return position.status();
  return WatchCursor{position->position.revision};
}

// What an operator has cut from the log cannot be streamed.
absl::Status CheckNotCut(const Database& database, const WatchCursor& cursor) {
  const auto oldest = storage::ReadOldest(*database.store);
  if (!oldest.ok()) return oldest.status();
  if (cursor >= WatchCursor{*oldest}) return absl::OkStatus();
  return absl::OutOfRangeError(storage::Concat("what follows cursor ", cursor.Text(),
                                               " was cut from this store; the oldest revision to begin at is r",
                                               oldest->value, ", with a snapshot"));
}

}  // namespace

absl::StatusOr<WatchOptions> EnterEnvironment(const Database& database, WatchOptions options) {
  if (options.environment.empty()) return options;
  if (!options.refs.refs.empty()) {
    return InvalidArgument(kEnvironmentAndRef, "an environment has its own ref; name one of them, not both");
  }
  const View view(database, options.disclosure);
  auto repository = FindRepository(view, options.refs.repository);
  if (!repository.ok()) return repository.status();
  auto environment = FindEnvironment(view, *repository, std::exchange(options.environment, ""));
  if (!environment.ok()) return environment.status();
  const bool is_position = !options.from.empty() && options.from != "now" && options.from != "start" &&
                           !WatchCursor::Parse(options.from).has_value();
  if (is_position) options.from = PositionInEnvironment(*environment, options.from, options.now);
  if (!environment->ref.empty()) options.refs.refs = {environment->ref};
  options.selector.scope = environment->path_prefix;
  return options;
}

absl::StatusOr<std::unique_ptr<Watcher>> Watcher::Open(const Database& database, const WatchOptions& options) {
  SETPOINT_CHECK(options.environment.empty(),
                 "a watch that is opened has a ref and a folder in place of an environment");
  auto scope = WatchScope::Resolve(database, options.refs, options.disclosure);
  if (!scope.ok()) return scope.status();
  auto cursor = ResolveFrom(database, options, *scope);
  if (!cursor.ok()) return cursor.status();
  if (absl::Status status = CheckNotCut(database, *cursor); !status.ok()) return status;
  if (options.snapshot && !cursor->IsWhole()) {
    return InvalidArgument(kBadCursor,
                           storage::Concat("a snapshot is taken at a whole revision, not inside one: ", options.from));
  }
  std::unique_ptr<Watcher> watcher(new Watcher(database, options, *std::move(scope), *cursor));
  if (options.snapshot) {
    auto snapshot = WatchSnapshot::Take(database, watcher->filter_, watcher->feed_.scope(), cursor->revision);
    if (!snapshot.ok()) return snapshot.status();
    watcher->snapshot_ = *std::move(snapshot);
  }
  return watcher;
}

Watcher::Watcher(const Database& database, const WatchOptions& options, WatchScope scope, WatchCursor cursor)
    : database_(database),
      filter_(database, options.selector, options.disclosure),
      feed_(database, std::move(scope), cursor.IsWhole() ? Revision(cursor.revision.value + 1) : cursor.revision),
      cursor_(cursor),
      start_(cursor) {}

absl::StatusOr<WatchBatch> Watcher::Next(const WatchBatchLimits& limits) {
  const Revision applied = database_.catalog.applied();
  WatchBatch batch;
  size_t bytes = 0;
  for (size_t examined = 0; examined < kExaminedMax; ++examined) {
    const size_t before = batch.events.size();
    absl::StatusOr<bool> more = true;
    if (snapshot_ != nullptr) {
      more = AdvanceSnapshot(batch);
    } else if (current_.has_value()) {
      more = AdvanceEntry(batch);
    } else {
      more = AdvanceFeed(applied, batch);
    }
    if (!more.ok()) return more.status();
    if (!*more) break;
    for (size_t i = before; i < batch.events.size(); ++i) bytes += batch.events[i].content.size();
    if (batch.events.size() >= limits.events_max || bytes >= limits.bytes_max) break;
  }
  return batch;
}

absl::StatusOr<bool> Watcher::AdvanceSnapshot(WatchBatch& batch) {
  auto event = snapshot_->Next();
  if (!event.ok()) return event.status();
  if (event->has_value()) {
    batch.events.push_back(**std::move(event));
  } else if (snapshot_->AtEnd()) {
    snapshot_.reset();
    batch.events.push_back(MakeMark(WatchEvent::Type::kSynced, cursor_));
  }
  return true;
}

absl::StatusOr<bool> Watcher::AdvanceFeed(Revision applied, WatchBatch& batch) {
  auto row = feed_.Next(applied);
  if (!row.ok()) return row.status();
  if (row->has_value()) {
    Begin(**std::move(row));
    return true;
  }
  if (applied > cursor_.revision) cursor_ = WatchCursor{applied};
  batch.caught_up = true;
  if (const TimelineId single = feed_.scope().Single(database_); !single.IsNone()) {
    const std::optional<Timeline> timeline = database_.catalog.timelines.Find(single);
    batch.ended = timeline->deleted && timeline->last <= applied;
  }
  return false;
}

void Watcher::Begin(StepRow row) {
  Current current;
  current.announced = row.cause == Cause::kCommit;
  if (row.position.revision == start_.revision && !start_.IsWhole()) {
    current.announced = true;
    current.next_step = start_.index;
  }
  current.reformatted = ReformattedPaths(row);
  current.row = std::move(row);
  current_ = std::move(current);
}

absl::StatusOr<bool> Watcher::AdvanceEntry(WatchBatch& batch) {
  if (!current_->announced) {
    current_->announced = true;
    auto event = MakeEvent(WatchEvent::Type::kEntry, 0);
    if (!event.ok()) return event.status();
    Push(*std::move(event), batch);
    return true;
  }
  const StepRow& row = current_->row;
  if (current_->next_step >= row.steps.size()) {
    Flush(Place::kLastOfEntry, batch);
    cursor_ = WatchCursor{row.position.revision};
    current_.reset();
    return true;
  }
  const size_t step = current_->next_step++;
  auto change = filter_.Apply(row.steps[step], row.position);
  if (!change.ok()) return change.status();
  if (!change->has_value()) return true;
  auto event = MakeEvent(WatchEvent::Type::kChange, static_cast<uint32_t>(step + 1));
  if (!event.ok()) return event.status();
  event->operation = (*change)->operation;
  event->by_filter = (*change)->by_filter;
  event->reformatted = current_->reformatted.contains(row.steps[step].path);
  if (!(*change)->moved_from.IsNone()) {
    event->moved_from = std::string(database_.catalog.names.ResourceKey((*change)->moved_from));
  }
  absl::Status status = FillResource(filter_.view(), (*change)->version, *event);
  if (!status.ok()) return status;
  Push(*std::move(event), batch);
  return true;
}

absl::StatusOr<WatchEvent> Watcher::MakeEvent(WatchEvent::Type type, uint32_t index) {
  const storage::Position at = current_->row.position;
  if (current_->entry == nullptr) {
    auto entry = ReadWatchEntry(database_, at.revision);
    if (!entry.ok()) return entry.status();
    current_->entry = *std::move(entry);
  }
  WatchEvent event;
  event.type = type;
  event.cursor = {at.revision, index};
  event.entry = current_->entry;
  // In the part of a lineage that lies before the fork the ref watched is not the one the entry stands on.
  const TimelineId single = feed_.scope().Single(database_);
  event.ref = database_.catalog.timelines.Find(single.IsNone() ? at.timeline : single)->ref;
  return event;
}

void Watcher::Push(WatchEvent event, WatchBatch& batch) {
  Flush(Place::kInsideEntry, batch);
  pending_ = std::move(event);
}

void Watcher::Flush(Place place, WatchBatch& batch) {
  if (!pending_.has_value()) return;
  pending_->last = place == Place::kLastOfEntry;
  cursor_ = pending_->cursor;
  batch.events.push_back(*std::move(pending_));
  pending_.reset();
}

}  // namespace setpoint::query
