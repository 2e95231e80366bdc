#include "query/search.h"

#include <algorithm>
#include <string>
#include <utility>

#include "query/content.h"
#include "query/entry_walk.h"
#include "query/predecessors.h"
#include "query/selector.h"
#include "query/signature.h"
#include "query/value_finder.h"
#include "query/version_lookup.h"
#include "query/visibility.h"
#include "storage/projections/steps.h"

namespace setpoint::query {
namespace {

using storage::Position;
using storage::Revision;
using storage::Version;

// A change that may be wanted: the row that says so, and its place in the answer.
struct Candidate {
  Position position;
  uint32_t index = 0;
  storage::ResourceId resource;
  std::optional<Version> version = {};  // Where it is known already.
};

}  // namespace

class ChangeScan::Run {
 public:
  Run(const View& view, SearchRequest request)
      : view_(view),
        request_(std::move(request)),
        filter_(request_.filter),
        walk_(view_, request_.repository, request_.position) {}

  absl::StatusOr<std::optional<SearchItem>> Next(ScanBudget& budget) {
    found_.reset();
    while (!found_ && phase_ != Phase::kEnded && !budget.IsSpent()) {
      if (absl::Status status = GoOn(budget); !status.ok()) return status;
    }
    return std::move(found_);
  }

  bool ended() const { return phase_ == Phase::kEnded; }

 private:
  enum class Phase {
    kBegin,
    kEntries,     // One after another.
    kCandidates,  // Among the versions of each resource that may have had the value, they are gathered.
    kVersions,    // One candidate after another.
    kEnded,
  };

  // A small step, which may find something.
  absl::Status GoOn(ScanBudget& budget) {
    switch (phase_) {
      case Phase::kBegin:
        return Begin();
      case Phase::kEntries:
        return GoOnInEntries(budget);
      case Phase::kCandidates:
        return GatherCandidates(budget);
      case Phase::kVersions:
        return GoOnInCandidates(budget);
      case Phase::kEnded:
        break;
    }
    return absl::OkStatus();
  }

  absl::Status Begin() {
    if (filter_.value) {
      finder_.emplace(view_, *filter_.value);
      auto resources = finder_->FindResources();
      if (!resources.ok()) return resources.status();
      if (resources->has_value()) {
        resources_ = **std::move(resources);
        versions_.emplace(view_, LookupMode::kScan);
        phase_ = Phase::kCandidates;
        return absl::OkStatus();
      }
    }
    if (request_.before) walk_.SkipTo(request_.before->first);
    phase_ = Phase::kEntries;
    return absl::OkStatus();
  }

  bool IsBelowPage(Revision revision, uint32_t index) const {
    return !request_.before || std::pair(revision, index) < *request_.before;
  }

  // Of all versions of the resources those that may have got or lost the value, newest first.
  absl::Status GatherCandidates(ScanBudget& budget) {
    if (next_resource_ == resources_.size()) {
      std::sort(candidates_.begin(), candidates_.end(), [](const Candidate& a, const Candidate& b) {
        return std::pair(a.position.revision, a.index) > std::pair(b.position.revision, b.index);
      });
      phase_ = Phase::kVersions;
      return absl::OkStatus();
    }
    const storage::ResourceId resource = resources_[next_resource_++];
    auto found = versions_->RowsOf(resource);
    if (!found.ok()) return found.status();
    const std::vector<Version> rows = **found;
    budget.Spend(1 + rows.size());
    for (const Version& version : rows) {
      if (!version.moved_to.IsNone() || !walk_.IsOnWalk(version.position)) continue;
      if (!IsBelowPage(version.position.revision, version.index)) continue;
      auto may_match = MayMatch(version, *versions_, *finder_);
      if (!may_match.ok()) return may_match.status();
      if (*may_match) candidates_.push_back({version.position, version.index, resource, version});
    }
    return absl::OkStatus();
  }

  absl::Status GoOnInCandidates(ScanBudget& budget) {
    if (next_candidate_ == candidates_.size()) {
      phase_ = Phase::kEnded;
      return absl::OkStatus();
    }
    budget.Spend(1);
    const Candidate& candidate = candidates_[next_candidate_++];
    if (absl::Status status = Enter(candidate.position.revision); !status.ok()) return status;
    return Consider(candidate);
  }

  // Whether the version or what its timeline had before has the value.
  absl::StatusOr<bool> MayMatch(const Version& version, VersionLookup& versions, ValueFinder& finder) {
    if (!request_.position && version.origin != version.position.revision) return false;
    auto has_value = finder.Has(version);
    if (!has_value.ok() || *has_value) return has_value;
    for (const storage::ResourceId resource : {version.resource, version.moved_from}) {
      if (resource.IsNone()) continue;
      auto before = versions.Find(resource, Predecessors::TimelineBefore(version).position);
      if (!before.ok()) return before.status();
      if (!before->has_value()) continue;
      has_value = finder.Has(**before);
      if (!has_value.ok() || *has_value) return has_value;
    }
    return false;
  }

  // The next change of the entry at hand, or else the next entry.
  absl::Status GoOnInEntries(ScanBudget& budget) {
    if (steps_left_ == 0) return NextEntry(budget);
    budget.Spend(1);
    const storage::Step& step = row_.steps[--steps_left_];
    if (!MatchesStep(step)) return absl::OkStatus();
    return Consider({row_.position, static_cast<uint32_t>(steps_left_ + 1), step.resource});
  }

  absl::Status NextEntry(ScanBudget& budget) {
    absl::StatusOr<std::optional<storage::StepRow>> row = std::nullopt;
    const bool goes_on = !TooOld();
    if (goes_on) row = walk_.Next(budget);
    if (!row.ok()) return row.status();
    if (!row->has_value()) {
      if (!goes_on || !budget.IsSpent()) phase_ = Phase::kEnded;
      return absl::OkStatus();
    }
    row_ = **std::move(row);
    steps_left_ = row_.steps.size();
    return Enter(row_.position.revision);
  }

  // `observed` never runs backwards in the log.
  bool TooOld() const {
    return !entry_.revision.IsNone() && filter_.axis == storage::TimeAxis::kObserved && filter_.since &&
           entry_.observed < *filter_.since;
  }

  // Makes it the entry at hand.
  absl::Status Enter(Revision revision) {
    if (entry_.revision == revision) return absl::OkStatus();
    auto entry = ReadEntryFacts(view_, revision);
    if (!entry.ok()) return entry.status();
    entry_ = *entry;
    writer_is_wanted_.reset();
    return absl::OkStatus();
  }

  bool MatchesStep(const storage::Step& step) const {
    if (filter_.operation && *filter_.operation != step.operation) return false;
    return filter_.MatchesResource(view_.catalog.names.ResourceKey(step.resource),
                                   static_cast<storage::Format>(step.format), view_.catalog.names.Path(step.path));
  }

  // Whether the filter takes the entry that wrote something. Most entries wrote what they show, and all of it.
  absl::StatusOr<bool> WriterIsWanted(Revision origin) {
    if (writer_is_wanted_ && writer_.revision == origin) return *writer_is_wanted_;
    writer_ = entry_;
    if (origin != entry_.revision) {
      auto writer = ReadEntryFacts(view_, origin);
      if (!writer.ok()) return writer.status();
      writer_ = *writer;
    }
    auto commit = ReadCommit(view_, request_.repository, writer_.commit);
    if (!commit.ok()) return commit.status();
    commit_ = *std::move(commit);
    absl::StatusOr<bool> wanted = filter_.MatchesCommit(writer_, commit_);
    if (*wanted) wanted = MatchesSignature(view_, request_.repository, filter_.signature, writer_.commit, commit_);
    if (wanted.ok()) writer_is_wanted_ = *wanted;
    return wanted;
  }

  absl::Status Consider(const Candidate& candidate) {
    if (!IsBelowPage(candidate.position.revision, candidate.index)) return absl::OkStatus();
    const bool everywhere = !request_.position;
    if (everywhere) {
      auto wanted = WriterIsWanted(candidate.position.revision);
      if (!wanted.ok() || !*wanted) return wanted.status();
    }
    auto found = FindCandidate(candidate);
    if (!found.ok()) return found.status();
    if (!found->has_value() || (*found)->position != candidate.position || !IsSeen(**found) ||
        !MatchesVersion(**found)) {
      return absl::OkStatus();
    }
    Version version = **found;
    HideMoves(view_, PathsAt(view_, version.position), version);
    if (everywhere && version.origin != candidate.position.revision) return absl::OkStatus();
    auto wanted = WriterIsWanted(version.origin);
    if (!wanted.ok() || !*wanted) return wanted.status();
    return Show(version);
  }

  absl::StatusOr<std::optional<Version>> FindCandidate(const Candidate& candidate) const {
    if (candidate.version) return candidate.version;
    return storage::FindVersion(view_.rows, view_.catalog.timelines, candidate.resource, candidate.position);
  }

  absl::Status Show(const Version& version) {
    auto events = ReadFieldEvents(view_, request_.repository, version,
                                  request_.position ? EventBasis::kTimeline : EventBasis::kCommit,
                                  filter_.value ? ScalarTexts(*filter_.value) : std::vector<std::string>());
    if (!events.ok()) return events.status();
    auto hash = ReadContentHash(view_, version.content);
    if (!hash.ok()) return hash.status();
    SearchItem item{version, writer_, commit_, events->before, *hash, {}};
    if (filter_.AsksForFields()) {
      item.fields = filter_.Wanted(events->fields);
      if (item.fields.empty()) return absl::OkStatus();
    }
    auto matches = MatchesContent(item);
    if (!matches.ok() || !*matches) return matches.status();
    found_ = std::move(item);
    return absl::OkStatus();
  }

  bool IsSeen(const Version& version) const {
    return PathsAt(view_, version.position).Sees(view_.catalog.names.Path(version.path));
  }

  bool MatchesVersion(const Version& version) const {
    if (filter_.operation && *filter_.operation != version.operation) return false;
    return filter_.MatchesResource(view_.catalog.names.ResourceKey(version.resource),
                                   static_cast<storage::Format>(version.format),
                                   view_.catalog.names.Path(version.path));
  }

  absl::StatusOr<bool> MatchesContent(const SearchItem& item) const {
    const Selector selector = filter_.ContentSelector();
    if (!selector.NeedsContent()) return true;
    const Version* shown = item.version.IsAlive() ? &item.version : item.replaced ? &*item.replaced : nullptr;
    if (shown == nullptr) return false;
    return query::MatchesContent(view_, selector, shown->content);
  }

  const View view_;
  const SearchRequest request_;
  const ChangeFilter& filter_;
  EntryWalk walk_;
  Phase phase_ = Phase::kBegin;
  std::optional<SearchItem> found_;  // By the call at hand.

  // Of a search by entries: the one at hand, and how many of its changes are still to be looked at.
  storage::StepRow row_;
  size_t steps_left_ = 0;

  // Of one by resources.
  std::optional<ValueFinder> finder_;
  std::optional<VersionLookup> versions_;
  std::vector<storage::ResourceId> resources_;
  size_t next_resource_ = 0;
  std::vector<Candidate> candidates_;
  size_t next_candidate_ = 0;

  EntryFacts entry_;  // At hand.
  // That wrote the change at hand, once somebody asked whether it is wanted.
  EntryFacts writer_;
  std::optional<storage::Commit> commit_;
  std::optional<bool> writer_is_wanted_;
};

ChangeScan::ChangeScan(const View& view, SearchRequest request)
    : run_(std::make_unique<Run>(view, std::move(request))) {}
ChangeScan::~ChangeScan() = default;
ChangeScan::ChangeScan(ChangeScan&&) noexcept = default;
ChangeScan& ChangeScan::operator=(ChangeScan&&) noexcept = default;

absl::StatusOr<std::optional<SearchItem>> ChangeScan::Next(ScanBudget& budget) { return run_->Next(budget); }
bool ChangeScan::ended() const { return run_->ended(); }

absl::Status Search(const View& view, const SearchRequest& request,
                    const std::function<bool(const SearchItem&)>& visit) {
  ChangeScan scan(view, request);
  while (true) {
    ScanBudget unbounded;
    auto item = scan.Next(unbounded);
    if (!item.ok()) return item.status();
    if (!item->has_value() || !visit(**item)) return absl::OkStatus();
  }
}

}  // namespace setpoint::query
