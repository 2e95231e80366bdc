#include "query/consumer_lag.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "query/entry_facts.h"
#include "query/view.h"
#include "storage/base/concat.h"
#include "storage/projections/positions.h"
#include "storage/projections/steps.h"

namespace setpoint::query {
namespace {

using storage::Database;
using storage::ObjectId;
using storage::Position;
using storage::RepositoryId;
using storage::Revision;
using storage::StepRow;

// Entries of one timeline that are counted for a lag.
constexpr size_t kCountedMax = 1'000;
// Entries and commits looked at for a landing.
constexpr size_t kEntriesMax = 20'000;
constexpr size_t kCommitsMax = 50'000;

// Walks down from commits, and remembers where it was: what a later entry brings is walked through once.
class AncestorSearch {
 public:
  // Every descendant of a commit has its entry after the commit's own, so what stands before `first` is not walked.
  AncestorSearch(const View& view, RepositoryId repository, const ObjectId& wanted, Revision first)
      : view_(view), repository_(repository), wanted_(wanted), first_(first) {}

  absl::StatusOr<bool> Reaches(const ObjectId& from) {
    std::vector<ObjectId> open = {from};
    while (!open.empty()) {
      const ObjectId commit = open.back();
      open.pop_back();
      if (commit == wanted_) return true;
      if (commit.IsZero() || !visited_.insert(commit).second) continue;
      if (visited_.size() > kCommitsMax) {
        return absl::ResourceExhaustedError(
            storage::Concat("too many commits came after ", wanted_.Hex(), " to find where it landed"));
      }
      const auto positions = storage::FindPositions(view_.rows, repository_, commit, view_.applied);
      if (!positions.ok()) return positions.status();
      if (positions->empty() || positions->front().revision < first_) continue;
      auto read = ReadCommit(view_, repository_, commit);
      if (!read.ok()) return read.status();
      if (read->has_value()) open.insert(open.end(), (*read)->parents.begin(), (*read)->parents.end());
    }
    return false;
  }

 private:
  const View& view_;
  const RepositoryId repository_;
  const ObjectId wanted_;
  const Revision first_;
  absl::flat_hash_set<ObjectId> visited_;
};

// The entries of the segments with after < revision, oldest first; at most kEntriesMax of each.
absl::StatusOr<std::vector<Revision>> EntriesAfter(const Database& database, const std::vector<WatchSegment>& segments,
                                                   Revision after) {
  std::vector<Revision> entries;
  for (const WatchSegment& segment : segments) {
    if (segment.upto <= after) continue;
    auto rows = storage::ReadSteps(*database.store, segment.timeline, after, segment.upto, kEntriesMax);
    if (!rows.ok()) return rows.status();
    for (const StepRow& row : *rows) entries.push_back(row.position.revision);
  }
  std::sort(entries.begin(), entries.end());
  return entries;
}

}  // namespace

absl::StatusOr<ConsumerLag> ReadConsumerLag(const Database& database, const WatchScope& scope,
                                            const WatchCursor& cursor, int64_t now) {
  const View view(database);
  ConsumerLag lag;
  Revision oldest;
  // An entry that was seen in part counts by what is left of it.
  const Revision after = cursor.IsWhole() ? cursor.revision : Revision(cursor.revision.value - 1);
  for (const WatchSegment& segment : scope.Segments(database, view.applied)) {
    if (segment.upto <= after) continue;
    const auto rows = storage::ReadSteps(view.rows, segment.timeline, after, segment.upto, kCountedMax);
    if (!rows.ok()) return rows.status();
    lag.at_least = lag.at_least || rows->size() == kCountedMax;
    for (const StepRow& row : *rows) {
      uint64_t left = row.steps.size();
      if (row.position.revision == cursor.revision) {
        left -= std::min<uint64_t>(left, cursor.index);
        if (left == 0) continue;
      }
      ++lag.revisions;
      lag.changes += left;
      if (oldest.IsNone() || row.position.revision < oldest) oldest = row.position.revision;
    }
  }
  if (oldest.IsNone()) return lag;
  const auto facts = ReadEntryFacts(view, oldest);
  if (!facts.ok()) return facts.status();
  lag.seconds = std::max<int64_t>(now - facts->observed, 0);
  return lag;
}

absl::StatusOr<std::optional<Revision>> FindLanding(const Database& database, const WatchScope& scope,
                                                    const ObjectId& commit) {
  const View view(database);
  const RepositoryId repository = view.catalog.names.FindRepository(scope.repository());
  const auto positions = storage::FindPositions(view.rows, repository, commit, view.applied);
  if (!positions.ok()) return positions.status();
  if (positions->empty()) return std::nullopt;
  const std::vector<WatchSegment> segments = scope.Segments(database, view.applied);
  for (const Position& position : *positions) {  // Lowest first.
    for (const WatchSegment& segment : segments) {
      if (position.timeline == segment.timeline && position.revision <= segment.upto) return position.revision;
    }
  }
  // It stands on a side branch: the first entry that brings it.
  const Revision first = positions->front().revision;
  const auto entries = EntriesAfter(database, segments, first);
  if (!entries.ok()) return entries.status();
  AncestorSearch search(view, repository, commit, first);
  for (const Revision entry : *entries) {
    const auto facts = ReadEntryFacts(view, entry);
    if (!facts.ok()) return facts.status();
    if (facts->commit.IsZero()) continue;
    const auto reaches = search.Reaches(facts->commit);
    if (!reaches.ok()) return reaches.status();
    if (*reaches) return entry;
  }
  return std::nullopt;
}

}  // namespace setpoint::query
