#include "storage/projections/projector.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "storage/base/concat.h"
#include "storage/projections/checkpoints.h"
#include "storage/projections/entry_rows.h"
#include "storage/projections/files.h"
#include "storage/projections/positions.h"
#include "storage/projections/state.h"

namespace setpoint::storage {
namespace {

// The outcomes of formats/decoder.h after which a file may hold resources; the log gives them as numbers, and this
// folder does not know decoders.
constexpr uint8_t kOutcomePartly = 2;
constexpr uint8_t kOutcomeMissing = 4;

bool IsUndecoded(const FileChange& file) {
  return file.mode != FileMode::kAbsent && file.outcome >= kOutcomePartly && file.outcome <= kOutcomeMissing;
}

bool HasText(const FileChange& file) {
  return file.mode != FileMode::kAbsent && file.mode != FileMode::kSubmodule && file.outcome != kOutcomeMissing;
}

// What an entry changes in what files hold.
class HeldChanges {
 public:
  HeldChanges(const Entry& entry, const StepRow& row) {
    for (uint32_t i = 0; i < entry.changes.size(); ++i) {
      const Step& step = row.steps[i];
      changed_.insert(step.resource);
      if (!step.moved_from.IsNone()) changed_.insert(step.moved_from);
      if (entry.changes[i].stale) held_[entry.changes[i].file].push_back({step.resource, step.format, step.content});
    }
  }

  // What a file held becomes what it holds, by resource.
  void Apply(uint32_t file, std::vector<HeldResource>& held) const {
    std::erase_if(held, [this](const HeldResource& one) { return changed_.contains(one.resource); });
    if (const auto of_file = held_.find(file); of_file != held_.end()) {
      held.insert(held.end(), of_file->second.begin(), of_file->second.end());
    }
    std::sort(held.begin(), held.end(),
              [](const HeldResource& a, const HeldResource& b) { return a.resource < b.resource; });
  }

 private:
  absl::flat_hash_set<ResourceId> changed_;
  absl::flat_hash_map<uint32_t, std::vector<HeldResource>> held_;  // By file.
};

}  // namespace

// What the steps of Apply hand on to each other.
struct Projector::Scope {
  Scope(Revision entry_revision, const Entry& of_entry) : revision(entry_revision), entry(of_entry) {}

  Revision revision;
  const Entry& entry;
  NewFacts facts;
  RepositoryId repository;
  Timeline timeline;                           // As it stands after the entry; without an id for `refs`.
  Position position;                           // Of this entry.
  Position before;                             // Where the state before stands; none: nothing.
  std::vector<Position> origin_places;         // Where a version of this entry may have come from, in the order asked.
  StateSource source = StateSource::kUnknown;  // What those are.
  std::vector<PathId> paths;                   // Of entry.files.
  StepRow steps;
  int64_t alive_difference = 0;
  TimelineTip tip;  // After the entry.
};

Projector::Projector(const RowReader& durable, Catalog& catalog)
    : catalog_(catalog),
      durable_(durable),
      applied_(catalog.applied()),
      pending_(durable),
      versions_(durable, applied_) {}

absl::StatusOr<NewFacts> Projector::Apply(Revision revision, const Entry& entry, const CommitFacts* facts) {
  Scope scope(revision, entry);
  if (entry.timeline.IsNone()) {
    if (absl::Status status = ApplyPointers(scope); !status.ok()) return status;
    PutHead(scope, pending_);
    return std::move(scope.facts);
  }
  absl::Status status = BeginTimeline(scope, facts);
  if (status.ok()) status = FindOrigins(scope, facts);
  if (status.ok()) status = ApplyFiles(scope);
  if (status.ok()) status = ApplyChanges(scope);
  if (status.ok()) status = ApplySteps(scope);
  if (status.ok()) status = ApplyHolds(scope);
  if (!status.ok()) return status;
  PutHead(scope, pending_);
  tips_.Set(scope.position, std::move(scope.tip));
  return std::move(scope.facts);
}

void Projector::PutHead(const Scope& scope, RowSink& sink) {
  const Entry& entry = scope.entry;
  PutEntryRow(scope.revision,
              {.timeline = entry.timeline,
               .cause = entry.cause,
               .commit = entry.commit,
               .commit_before = entry.commit_before,
               .observed = entry.observed,
               .source = scope.source,
               .places = scope.source == StateSource::kUnknown ? std::vector<Position>() : scope.origin_places},
              sink);
}

absl::StatusOr<std::vector<PathId>> Projector::UndecodedPaths(Position at) const {
  if (const TimelineTip* tip = tips_.Find(at)) return tip->undecoded;
  return FindUndecodedPaths(pending_, catalog_.timelines, at);
}

absl::StatusOr<Position> Projector::ResolveFork(RepositoryId repository, const ForkPoint& point) {
  if (point.revision.IsNone()) return Position{};
  const auto known = positions_.find(std::pair(repository, point.commit));
  std::vector<Position> positions;
  if (known != positions_.end()) positions = known->second;
  if (!applied_.IsNone() && point.revision <= applied_) {
    absl::StatusOr<std::vector<Position>> durable = FindPositions(durable_, repository, point.commit, applied_);
    if (!durable.ok()) return durable.status();
    positions.insert(positions.end(), durable->begin(), durable->end());
  }
  for (const Position& position : positions) {
    if (position.revision == point.revision) return position;
  }
  return absl::DataLossError(
      Concat("commit ", point.commit.Hex(), " does not stand at revision ", point.revision.value));
}

absl::StatusOr<Position> Projector::FirstPosition(RepositoryId repository, const ObjectId& commit) {
  if (!applied_.IsNone()) {
    absl::StatusOr<std::vector<Position>> durable = FindPositions(durable_, repository, commit, applied_);
    if (!durable.ok()) return durable.status();
    if (!durable->empty()) return durable->front();
  }
  const auto known = positions_.find(std::pair(repository, commit));
  return known == positions_.end() ? Position{} : known->second.front();
}

absl::Status Projector::BeginTimeline(Scope& scope, const CommitFacts* facts) {
  const Entry& entry = scope.entry;
  Timelines::Context context;
  context.committed =
      facts != nullptr ? std::min(facts->committed, entry.observed) : std::numeric_limits<int64_t>::min();
  if (entry.birth) {
    context.repository = catalog_.names.InternRepository(entry.birth->repository, pending_);
    absl::StatusOr<Position> base = ResolveFork(context.repository, entry.birth->base);
    if (!base.ok()) return base.status();
    absl::StatusOr<Position> predecessor = ResolveFork(context.repository, entry.birth->predecessor);
    if (!predecessor.ok()) return predecessor.status();
    context.base = *base;
    context.predecessor = *predecessor;
    scope.before = *base;
  } else if (const std::optional<Timeline> known = catalog_.timelines.Find(entry.timeline)) {
    context.repository = known->repository;
    scope.before = {known->id, known->last};
  }
  absl::StatusOr<Timeline> timeline = catalog_.timelines.Apply(scope.revision, entry, context, pending_);
  if (!timeline.ok()) return timeline.status();
  scope.timeline = *std::move(timeline);
  scope.repository = scope.timeline.repository;
  scope.position = {scope.timeline.id, scope.revision};
  if (!scope.timeline.IsAnonymous()) {
    PutTime(scope.timeline.id, TimeAxis::kObserved, entry.observed, scope.revision, pending_);
    if (facts != nullptr) {
      PutTime(scope.timeline.id, TimeAxis::kCommitted, scope.timeline.committed, scope.revision, pending_);
    }
  }
  return absl::OkStatus();
}

// Where to look for who wrote a version that this entry shows (design.md, History and blame): where the commit stands
// already, else at its parents, of which the one before cannot have it (the change says so).
absl::Status Projector::FindOrigins(Scope& scope, const CommitFacts* facts) {
  const Entry& entry = scope.entry;
  if (entry.commit.IsZero() || entry.cause == Cause::kRefDeleted) return absl::OkStatus();
  absl::StatusOr<Position> first = FirstPosition(scope.repository, entry.commit);
  if (!first.ok()) return first.status();
  if (!first->timeline.IsNone()) {
    scope.origin_places.push_back(*first);
    scope.source = StateSource::kEarlier;
  } else if (facts != nullptr) {
    std::vector<Position> parents;
    for (const ObjectId& parent : facts->parents) {
      absl::StatusOr<Position> position = FirstPosition(scope.repository, parent);
      if (!position.ok()) return position.status();
      if (!position->timeline.IsNone()) parents.push_back(*position);
    }
    const bool is_whole = !parents.empty() && parents.size() == facts->parents.size();
    if (is_whole && parents.size() > 1) scope.source = StateSource::kParents;
    if (is_whole && parents.size() == 1 && entry.cause == Cause::kCommit) scope.source = StateSource::kParent;
    if (facts->parents.size() > 1) scope.origin_places = std::move(parents);
  }
  PutPosition(scope.repository, entry.commit, scope.position, pending_);
  positions_[std::pair(scope.repository, entry.commit)].push_back(scope.position);
  return absl::OkStatus();
}

absl::StatusOr<Revision> Projector::OriginOf(const Scope& scope, const Version& version) {
  for (const Position& place : scope.origin_places) {
    absl::StatusOr<const Version*> there = versions_.Find(catalog_.timelines, version.resource, place);
    if (!there.ok()) return there.status();
    if (*there != nullptr && (*there)->SameAs(version)) return (*there)->origin;
  }
  return version.position.revision;
}

absl::Status Projector::ApplyFiles(Scope& scope) {
  uint32_t index = 0;
  for (const FileChange& change : scope.entry.files) {
    FileVersion file;
    file.path = catalog_.names.InternPath(change.path, pending_);
    file.position = scope.position;
    file.mode = change.mode;
    file.outcome = change.outcome;
    if (HasText(change)) {
      const std::optional<TextKey> known = catalog_.digests.FindText(change.blob);
      file.text = known.value_or(TextKey{file.path, scope.revision});
      if (!known) {
        catalog_.digests.AddText(change.blob, file.text, pending_);
        scope.facts.texts.emplace_back(index, file.text);
      }
    }
    PutFileVersion(file, pending_);
    scope.paths.push_back(file.path);
    ++index;
  }
  return absl::OkStatus();
}

absl::Status Projector::ApplyChanges(Scope& scope) {
  for (uint32_t index = 0; index < scope.entry.changes.size(); ++index) {
    if (absl::Status status = ApplyChange(scope, index); !status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status Projector::ApplyChange(Scope& scope, uint32_t index) {
  const Change& change = scope.entry.changes[index];
  Version version;
  if (!change.moved_from.empty()) {
    version.moved_from = catalog_.names.InternResource(change.moved_from, pending_);
  }
  version.resource = catalog_.names.InternResource(change.key, pending_);
  version.position = scope.position;
  version.index = index + 1;
  version.operation = change.operation;
  version.format = change.format;
  version.stale = change.stale;
  version.source = scope.source;
  version.path = scope.paths[change.file];
  if (version.IsAlive()) {
    const std::optional<ContentKey> known = catalog_.digests.FindContent(change.content_hash);
    version.content = known.value_or(ContentKey{version.resource, scope.revision, version.index});
    if (!known) {
      catalog_.digests.AddContent(change.content_hash, version.content, pending_);
      scope.facts.contents.emplace_back(index, version.content);
    }
  }
  scope.steps.steps.push_back({.resource = version.resource,
                               .operation = version.operation,
                               .format = version.format,
                               .stale = version.stale,
                               .content = version.content,
                               .path = version.path,
                               .moved_from = version.moved_from});
  if (!version.IsAlive()) return PutTombstone(scope, version);
  if (!version.moved_from.IsNone()) {
    Version tombstone = version;
    tombstone.resource = version.moved_from;
    tombstone.operation = Operation::kDeleted;
    tombstone.stale = false;
    tombstone.content = {};
    tombstone.moved_from = {};
    tombstone.moved_to = version.resource;
    if (absl::Status status = PutTombstone(scope, tombstone); !status.ok()) return status;
  }
  absl::StatusOr<const Version*> before = versions_.Find(catalog_.timelines, version.resource, scope.before);
  if (!before.ok()) return before.status();
  if (*before == nullptr || !(*before)->IsAlive()) ++scope.alive_difference;
  absl::StatusOr<Revision> origin = OriginOf(scope, version);
  if (!origin.ok()) return origin.status();
  version.origin = *origin;
  if (version.content.resource != version.resource && version.origin == scope.revision) {
    scope.facts.borrowed.emplace_back(version.resource, version.content.resource);
  }
  PutVersion(version, pending_);
  return versions_.Add(version);
}

absl::Status Projector::PutTombstone(Scope& scope, Version tombstone) {
  absl::StatusOr<const Version*> before = versions_.Find(catalog_.timelines, tombstone.resource, scope.before);
  if (!before.ok()) return before.status();
  if (*before != nullptr) {
    tombstone.path = (*before)->path;
    tombstone.format = (*before)->format;
  }
  absl::StatusOr<Revision> origin = OriginOf(scope, tombstone);
  if (!origin.ok()) return origin.status();
  tombstone.origin = *origin;
  --scope.alive_difference;
  PutVersion(tombstone, pending_);
  return versions_.Add(tombstone);
}

// How many resources are alive before the entry, and how many steps a reader replays to learn so.
absl::StatusOr<std::pair<uint64_t, uint64_t>> Projector::CountsBefore(const Scope& scope) const {
  if (scope.before.timeline.IsNone()) return std::pair<uint64_t, uint64_t>(0, 0);
  if (const TimelineTip* tip = tips_.Find(scope.before)) return std::pair(tip->alive, tip->pending);
  absl::StatusOr<std::optional<StepRow>> row = LastSteps(pending_, scope.before.timeline, scope.before.revision);
  if (!row.ok()) return row.status();
  if (!row->has_value()) {
    return absl::DataLossError(
        Concat("revision ", scope.before.revision.value, " has no steps; run `setpoint rebuild`"));
  }
  return std::pair((*row)->alive, (*row)->pending);
}

absl::Status Projector::ApplySteps(Scope& scope) {
  absl::StatusOr<std::pair<uint64_t, uint64_t>> before = CountsBefore(scope);
  if (!before.ok()) return before.status();
  StepRow& row = scope.steps;
  row.position = scope.position;
  row.cause = scope.entry.cause;
  row.alive = before->first + static_cast<uint64_t>(scope.alive_difference);
  row.pending = before->second + row.steps.size();
  const bool checkpoint = NeedsCheckpoint(row.alive, row.pending);
  if (checkpoint) row.pending = 0;
  scope.tip.alive = row.alive;
  scope.tip.pending = row.pending;
  PutSteps(row, pending_);
  if (!checkpoint) return absl::OkStatus();
  absl::StatusOr<std::vector<StateItem>> state = ReadState(pending_, catalog_.timelines, scope.position);
  if (!state.ok()) return state.status();
  PutCheckpoint(scope.position, *state, pending_);
  return absl::OkStatus();
}

absl::Status Projector::ApplyHolds(Scope& scope) {
  absl::StatusOr<std::vector<PathId>> undecoded = UndecodedPaths(scope.before);
  if (!undecoded.ok()) return undecoded.status();
  const auto was_undecoded = [&before = *undecoded](PathId path) {
    return std::binary_search(before.begin(), before.end(), path);
  };
  std::optional<HeldChanges> changes;
  absl::flat_hash_set<PathId> shown;  // Those of the entry's files that were or are undecoded.
  std::vector<PathId> after;
  for (uint32_t file = 0; file < scope.entry.files.size(); ++file) {
    const PathId path = scope.paths[file];
    const bool is_undecoded = IsUndecoded(scope.entry.files[file]);
    if (!is_undecoded && !was_undecoded(path)) continue;
    if (!changes) changes = HeldChanges(scope.entry, scope.steps);
    Holding holding;
    if (is_undecoded && was_undecoded(path)) {
      absl::StatusOr<Holding> before = FindHolding(pending_, catalog_.timelines, path, scope.before);
      if (!before.ok()) return before.status();
      holding = *std::move(before);
    }
    changes->Apply(file, holding.held);
    holding.outcome = scope.entry.files[file].outcome;
    PutHolding(path, scope.position, holding, pending_);
    shown.insert(path);
    if (is_undecoded) after.push_back(path);
  }
  for (const PathId path : *undecoded) {
    if (!shown.contains(path)) after.push_back(path);
  }
  std::sort(after.begin(), after.end());
  if (after != *undecoded) PutUndecodedPaths(scope.position, after, pending_);
  scope.tip.undecoded = std::move(after);
  return absl::OkStatus();
}

absl::Status Projector::ApplyPointers(Scope& scope) {
  scope.repository = catalog_.names.InternRepository(scope.entry.repository, pending_);
  for (const PointerMove& move : scope.entry.pointers) {
    PutPointer(scope.repository, move.ref, scope.revision, move.new_commit, pending_);
  }
  return absl::OkStatus();
}

}  // namespace setpoint::storage
