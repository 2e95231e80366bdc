#include "query/position.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_join.h"
#include "query/entry_facts.h"
#include "query/environment.h"
#include "query/errors.h"
#include "query/position_text.h"
#include "query/ref.h"
#include "query/repository.h"
#include "query/time_text.h"
#include "query/visibility.h"
#include "storage/base/concat.h"
#include "storage/log/commit_store.h"

namespace setpoint::query {
namespace {

using storage::ObjectId;
using storage::Position;
using storage::RepositoryId;
using storage::Revision;
using storage::TimeAxis;

constexpr size_t kCandidatesShown = 4;

std::string NameOf(const View& view, RepositoryId repository) {
  return std::string(view.catalog.names.RepositoryName(repository));
}

absl::Status NoSuchCommit(const View& view, RepositoryId repository, const ObjectId& commit) {
  return NotFound(reason::kUnknownCommit,
                  storage::Concat("repository ", NameOf(view, repository), " has no commit ", commit.Hex(),
                                  " on a followed ref; is its ref followed, and ingested?"));
}

// A commit is read at its first position that can be seen.
absl::StatusOr<Position> AtCommit(const View& view, RepositoryId repository, const ObjectId& commit) {
  auto positions = storage::FindPositions(view.rows, repository, commit, view.applied);
  if (!positions.ok()) return positions.status();
  const bool is_ingested = !positions->empty();
  std::erase_if(*positions, [&](const Position& each) { return PathsAt(view, each).IsNone(); });
  if (!positions->empty()) return positions->front();
  if (is_ingested) return NoSuchCommit(view, repository, commit);
  auto object = storage::ReadObject(view.rows, repository, commit);
  if (!object.ok()) return object.status();
  if (object->has_value() && view.disclosure.scopes == nullptr) {
    return NotFound(reason::kCommitNotIngested, storage::Concat("commit ", commit.Hex(),
                                                                " is known, but not ingested yet; "
                                                                "run `setpoint ingest`"));
  }
  return NoSuchCommit(view, repository, commit);
}

// The newest entry of an owned ref's timeline at or before `at`, through its forks.
absl::StatusOr<Position> OnTimeline(const View& view, const storage::Timeline& timeline, Revision at) {
  if (timeline.last <= at) return Position{timeline.id, timeline.last};
  auto position = storage::FindAtRevision(view.rows, view.catalog.timelines, timeline.id, at);
  if (!position.ok()) return position.status();
  if (position->has_value()) return **position;
  return NotFound(reason::kBeforeFirst,
                  storage::Concat(timeline.ref, " begins after r", at.value, ", at r", timeline.first.value));
}

absl::StatusOr<Position> OnTarget(const View& view, RepositoryId repository, const RefTarget& target, Revision at) {
  if (target.timeline) return OnTimeline(view, *target.timeline, at);
  return AtCommit(view, repository, target.commit);
}

absl::Status NoSuchRef(const View& view, RepositoryId repository, std::string_view name) {
  return NotFound(reason::kUnknownPosition, storage::Concat("repository ", NameOf(view, repository), " has no ref '",
                                                            name, "' there; `setpoint refs` lists the refs"));
}

absl::StatusOr<Position> AtRevision(const View& view, RepositoryId repository, Revision revision) {
  const auto no_such = [&] {
    return NotFound(reason::kUnknownPosition, storage::Concat("there is no r", revision.value,
                                                              "; the store goes from r1 to r", view.applied.value));
  };
  if (revision > view.applied || revision.IsNone()) return no_such();
  auto facts = ReadEntryFacts(view, revision);
  if (!facts.ok()) return facts.status();
  if (PathsAt(view, {facts->timeline, revision}).IsNone()) return no_such();
  const std::string text = storage::Concat("r", revision.value);
  if (facts->timeline.IsNone()) {
    return InvalidArgument(reason::kOtherRepository, storage::Concat(text,
                                                                     " stands on no timeline (its entry moves "
                                                                     "pointing refs); write REF@{",
                                                                     text, "}"));
  }
  const auto timeline = view.catalog.timelines.Find(facts->timeline);
  if (!timeline)
    return absl::DataLossError(storage::Concat(text, " names a timeline that is not there; run `setpoint verify`"));
  if (timeline->repository == repository) return Position{facts->timeline, revision};
  return InvalidArgument(
      reason::kOtherRepository,
      storage::Concat(text, " belongs to repository ", NameOf(view, timeline->repository), "; write HEAD@{", text,
                      "} for ", NameOf(view, repository), " as of that revision"));
}

absl::StatusOr<Position> AtTimeOn(const View& view, const storage::Timeline& timeline, TimeAxis axis, int64_t seconds) {
  auto position = storage::FindByTime(view.rows, view.catalog.timelines, timeline.id, axis, seconds, view.applied);
  if (!position.ok()) return position.status();
  if (position->has_value()) return **position;
  return NotFound(reason::kBeforeFirst,
                  storage::Concat(timeline.ref, " has no entry at or before ", FormatTime(seconds)));
}

// The newest revision that was observed at or before a moment; `observed` never runs backwards in the log.
absl::StatusOr<Revision> LastObserved(const View& view, int64_t seconds) {
  uint64_t low = 0;
  uint64_t high = view.applied.value;
  while (low < high) {
    const uint64_t middle = low + (high - low + 1) / 2;
    auto facts = ReadEntryFacts(view, Revision(middle));
    if (!facts.ok()) return facts.status();
    if (facts->observed <= seconds) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  return Revision(low);
}

absl::StatusOr<Position> PointerAtTime(const View& view, RepositoryId repository, const RefTarget& target,
                                       const PositionRequest& request, int64_t seconds) {
  if (request.axis == TimeAxis::kCommitted) {
    return InvalidArgument(reason::kBadPosition,
                           storage::Concat(target.name,
                                           " is a pointing ref: it has no timeline to look for a commit time on; "
                                           "ask where it pointed with axis=observed (--axis observed)"));
  }
  auto revision = LastObserved(view, seconds);
  if (!revision.ok()) return revision.status();
  auto commit = storage::FindPointer(view.rows, repository, target.name, *revision);
  if (!commit.ok()) return commit.status();
  if (!commit->has_value() || (*commit)->IsZero()) {
    return NotFound(reason::kBeforeFirst, storage::Concat(target.name, " was not there at ", FormatTime(seconds)));
  }
  return AtCommit(view, repository, **commit);
}

absl::StatusOr<ResolvedPosition> AtRef(const View& view, RepositoryId repository, const PositionRequest& request,
                                       const PositionText& text) {
  const bool by_time = text.form == PositionText::Form::kRefAtTime;
  const Revision at = by_time ? view.applied : text.revision;
  auto target = FindRef(view, repository, text.name, std::min(at, view.applied));
  if (!target.ok()) return target.status();
  if (!target->has_value()) return NoSuchRef(view, repository, text.name);
  ResolvedPosition resolved{.repository = repository, .position = {}, .axis = {}, .fixed = false};
  absl::StatusOr<Position> position = Position();
  if (!by_time) {
    position = OnTarget(view, repository, **target, std::min(at, view.applied));
    resolved.fixed = at <= view.applied;
  } else {
    resolved.axis = request.axis;
    position = (*target)->timeline ? AtTimeOn(view, *(*target)->timeline, request.axis, text.seconds)
                                   : PointerAtTime(view, repository, **target, request, text.seconds);
  }
  if (!position.ok()) return position.status();
  resolved.position = *position;
  return resolved;
}

absl::StatusOr<Position> AtAbbreviation(const View& view, RepositoryId repository, std::string_view name) {
  auto commits = storage::FindCommitsByPrefix(view.rows, repository, name, kCandidatesShown);
  if (!commits.ok()) return commits.status();
  std::erase_if(*commits, [&](const ObjectId& each) { return !AtCommit(view, repository, each).ok(); });
  if (commits->size() == 1) return AtCommit(view, repository, commits->front());
  if (commits->empty()) {
    return NotFound(reason::kUnknownCommit,
                    storage::Concat("repository ", NameOf(view, repository), " has no ref and no commit '", name, "'"));
  }
  const auto append_hex = [](std::string* out, const ObjectId& commit) { out->append(commit.Hex()); };
  return InvalidArgument(
      reason::kAmbiguousPosition,
      storage::Concat("'", name, "' begins several commit ids: ", absl::StrJoin(*commits, ", ", append_hex)));
}

absl::StatusOr<ResolvedPosition> AtName(const View& view, RepositoryId repository, const PositionRequest& request,
                                        const std::string& name) {
  ResolvedPosition resolved{.repository = repository, .position = {}, .axis = {}, .fixed = false};
  auto target = FindRef(view, repository, name, view.applied);
  if (!target.ok()) return target.status();
  absl::StatusOr<Position> position = NoSuchRef(view, repository, name);
  if (target->has_value()) {
    position = OnTarget(view, repository, **target, view.applied);
  } else if (IsCommitAbbreviation(name)) {
    position = AtAbbreviation(view, repository, name);
  } else if (const auto seconds = ParseTime(name, request.now)) {
    auto timeline = DefaultTimeline(view, repository);
    if (!timeline.ok()) return timeline.status();
    position = AtTimeOn(view, *timeline, request.axis, *seconds);
    resolved.axis = request.axis;
  }
  if (!position.ok()) return position.status();
  resolved.position = *position;
  return resolved;
}

absl::StatusOr<ResolvedPosition> InEnvironment(const View& view, storage::RepositoryId repository,
                                               PositionRequest request) {
  auto environment = FindEnvironment(view, repository, std::exchange(request.environment, ""));
  if (!environment.ok()) return environment.status();
  request.text = PositionInEnvironment(*environment, request.text, request.now);
  auto resolved = ResolvePosition(view, request);
  if (!resolved.ok()) return resolved.status();
  resolved->environment = *std::move(environment);
  resolved->fixed = false;  // Settings may change.
  return resolved;
}

}  // namespace

absl::StatusOr<ResolvedPosition> ResolvePosition(const View& view, const PositionRequest& request) {
  auto repository = FindRepository(view, request.repository);
  if (!repository.ok()) return repository.status();
  if (!request.environment.empty()) return InEnvironment(view, *repository, request);
  auto text = ParsePositionText(request.text, request.now);
  if (!text.ok()) return text.status();
  ResolvedPosition resolved{.repository = *repository, .position = {}, .axis = {}, .fixed = true};
  absl::StatusOr<Position> position = Position();
  switch (text->form) {
    case PositionText::Form::kDefault:
      return AtName(view, *repository, request, "");
    case PositionText::Form::kName:
      return AtName(view, *repository, request, text->name);
    case PositionText::Form::kRefAtRevision:
    case PositionText::Form::kRefAtTime:
      return AtRef(view, *repository, request, *text);
    case PositionText::Form::kRevision:
      position = AtRevision(view, *repository, text->revision);
      break;
    case PositionText::Form::kCommit:
      position = AtCommit(view, *repository, text->commit);
      break;
  }
  if (!position.ok()) return position.status();
  resolved.position = *position;
  return resolved;
}

}  // namespace setpoint::query
