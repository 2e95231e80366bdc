#include "query/watch_scope.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/str_join.h"
#include "query/errors.h"
#include "query/ref.h"
#include "query/repository.h"
#include "query/view.h"
#include "query/visibility.h"
#include "storage/base/concat.h"
#include "storage/projections/positions.h"
#include "storage/projections/repository_settings.h"

namespace setpoint::query {
namespace {

using storage::Database;
using storage::Position;
using storage::RepositoryId;
using storage::Revision;
using storage::Timeline;
using storage::TimelineId;

// Part of the interface, as those of errors.h.
constexpr std::string_view kPointingRef = "pointing-ref";
constexpr std::string_view kUnknownRef = "unknown-ref";

// The repositories that the log names or that are registered.
absl::StatusOr<std::set<std::string>> KnownRepositories(const View& view) {
  std::set<std::string> known;
  for (std::string& name : RepositoryNames(view)) known.insert(std::move(name));
  auto settings = storage::ListRepositorySettings(view.rows);
  if (!settings.ok()) return settings.status();
  for (const storage::RepositorySettings& registered : *settings) {
    if (SeesRepository(view, registered.name)) known.insert(registered.name);
  }
  return known;
}

absl::StatusOr<std::string> ResolveRepository(const View& view, const std::string& name) {
  auto known = KnownRepositories(view);
  if (!known.ok()) return known.status();
  if (known->empty()) return NotFound(reason::kUnknownRepository, "the store has no repository yet; ingest one first");
  if (name.empty() && known->size() == 1) return *known->begin();
  const std::string names = absl::StrJoin(*known, ", ");
  if (name.empty()) {
    return InvalidArgument(reason::kRepositoryNeeded, storage::Concat("say which repository: one of ", names));
  }
  if (known->contains(name)) return name;
  return NotFound(reason::kUnknownRepository, storage::Concat("no repository '", name, "'; there are: ", names));
}

absl::StatusOr<TimelineId> ResolveOwned(const View& view, const std::string& repository, const std::string& name) {
  const RepositoryId id = view.catalog.names.FindRepository(repository);
  std::optional<RefTarget> target;
  if (!id.IsNone()) {
    auto found = FindRef(view, id, name, view.applied);
    if (!found.ok()) return found.status();
    target = *std::move(found);
  }
  if (!target.has_value()) {
    return NotFound(kUnknownRef, storage::Concat("repository '", repository, "' has no ref '", name, "'"));
  }
  if (target->timeline.has_value()) return target->timeline->id;
  return FailedPrecondition(
      kPointingRef, storage::Concat("'", target->name,
                                    "' only points at a commit and cannot be watched; to make it owned, register the ",
                                    "repository again with: setpoint ingest SOURCE --name ", repository, " --ref '",
                                    target->name, "'"));
}

}  // namespace

absl::StatusOr<WatchScope> WatchScope::Resolve(const Database& database, const WatchRefs& refs, Disclosure disclosure) {
  const View view(database, disclosure);
  WatchScope scope;
  scope.disclosure_ = std::move(disclosure);
  auto repository = ResolveRepository(view, refs.repository);
  if (!repository.ok()) return repository.status();
  scope.repository_ = *std::move(repository);
  if (refs.refs.empty()) return scope;
  if (std::find(refs.refs.begin(), refs.refs.end(), "*") != refs.refs.end()) {
    scope.mode_ = Mode::kAll;
    return scope;
  }
  scope.mode_ = Mode::kNamed;
  for (const std::string& word : refs.refs) {
    auto timeline = ResolveOwned(view, scope.repository_, word);
    if (!timeline.ok()) return timeline.status();
    scope.named_.push_back(*timeline);
  }
  std::sort(scope.named_.begin(), scope.named_.end());
  scope.named_.erase(std::unique(scope.named_.begin(), scope.named_.end()), scope.named_.end());
  return scope;
}

std::vector<TimelineId> WatchScope::Followed(const Database& database) const {
  if (mode_ == Mode::kNamed) return named_;
  const View view(database, disclosure_);
  const RepositoryId repository = database.catalog.names.FindRepository(repository_);
  if (mode_ == Mode::kDefault) {
    const auto timeline = database.catalog.timelines.FindDefault(repository);
    const bool is_seen = timeline.has_value() && SeesRef(view, repository, timeline->ref);
    return is_seen ? std::vector<TimelineId>{timeline->id} : std::vector<TimelineId>{};
  }
  std::vector<TimelineId> followed;
  for (const Timeline& timeline : database.catalog.timelines.All()) {
    const bool is_owned = timeline.repository == repository && !timeline.IsAnonymous();
    if (is_owned && SeesRef(view, repository, timeline.ref)) followed.push_back(timeline.id);
  }
  return followed;
}

TimelineId WatchScope::Single(const Database& database) const {
  if (mode_ == Mode::kAll) return TimelineId();
  const std::vector<TimelineId> followed = Followed(database);
  return followed.size() == 1 ? followed.front() : TimelineId();
}

std::vector<WatchSegment> WatchScope::Segments(const Database& database, Revision applied) const {
  std::vector<WatchSegment> segments;
  if (const TimelineId single = Single(database); !single.IsNone()) {
    for (const Position& position : database.catalog.timelines.Lineage({single, applied})) {
      segments.push_back({position.timeline, position.revision});
    }
    std::reverse(segments.begin(), segments.end());
    return segments;
  }
  for (TimelineId timeline : Followed(database)) segments.push_back({timeline, applied});
  return segments;
}

absl::StatusOr<std::vector<WatchedRef>> WatchScope::RefsAt(const Database& database, Revision revision) const {
  const storage::Timelines& timelines = database.catalog.timelines;
  const bool lineage = !Single(database).IsNone();
  std::vector<WatchedRef> refs;
  for (TimelineId id : Followed(database)) {
    // With several refs one that was not born yet has nothing to show: it will send `ref_created` with its base.
    if (!lineage && timelines.Find(id)->first > revision) continue;
    auto at = storage::FindAtRevision(*database.store, timelines, id, revision);
    if (!at.ok()) return at.status();
    if (at->has_value()) refs.push_back({id, **at});
  }
  return refs;
}

}  // namespace setpoint::query
