#include "query/search.h"

#include <algorithm>
#include <string>

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

class Run {
 public:
  Run(const View& view, const SearchRequest& request, const std::function<bool(const SearchItem&)>& visit)
      : view_(view),
        request_(request),
        filter_(request.filter),
        visit_(visit),
        walk_(view, request.repository, request.position) {}

  absl::Status Go() {
    if (filter_.value) {
      ValueFinder finder(view_, *filter_.value);
      auto resources = finder.FindResources();
      if (!resources.ok()) return resources.status();
      if (resources->has_value()) return ByResources(**resources, finder);
    }
    return ByEntries();
  }

 private:
  bool IsBelowPage(Revision revision, uint32_t index) const {
    return !request_.before || std::pair(revision, index) < *request_.before;
  }

  // Of all versions of the resources those that may have got or lost the value, newest first.
  absl::Status ByResources(const std::vector<storage::ResourceId>& resources, ValueFinder& finder) {
    VersionLookup versions(view_, LookupMode::kScan);
    std::vector<Candidate> candidates;
    for (const storage::ResourceId resource : resources) {
      auto found = versions.RowsOf(resource);
      if (!found.ok()) return found.status();
      const std::vector<Version> rows = **found;
      for (const Version& version : rows) {
        if (!version.moved_to.IsNone() || !walk_.IsOnWalk(version.position)) continue;
        if (!IsBelowPage(version.position.revision, version.index)) continue;
        auto may_match = MayMatch(version, versions, finder);
        if (!may_match.ok()) return may_match.status();
        if (*may_match) candidates.push_back({version.position, version.index, resource, version});
      }
    }
    std::sort(candidates.begin(), candidates.end(), [](const Candidate& a, const Candidate& b) {
      return std::pair(a.position.revision, a.index) > std::pair(b.position.revision, b.index);
    });
    for (const Candidate& each : candidates) {
      if (absl::Status status = Enter(each.position.revision); !status.ok()) return status;
      if (absl::Status status = Consider(each); !status.ok() || stopped_) return status;
    }
    return absl::OkStatus();
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

  absl::Status ByEntries() {
    if (request_.before) walk_.SkipTo(request_.before->first);
    while (!stopped_) {
      auto row = walk_.Next();
      if (!row.ok()) return row.status();
      if (!row->has_value()) break;
      if (absl::Status status = Enter((*row)->position.revision); !status.ok()) return status;
      if (absl::Status status = ConsiderEntry(**row); !status.ok()) return status;
      if (TooOld()) break;
    }
    return absl::OkStatus();
  }

  // `observed` never runs backwards in the log.
  bool TooOld() const {
    return filter_.axis == storage::TimeAxis::kObserved && filter_.since && entry_.observed < *filter_.since;
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

  absl::Status ConsiderEntry(const storage::StepRow& row) {
    for (size_t i = row.steps.size(); i-- > 0 && !stopped_;) {
      if (!MatchesStep(row.steps[i])) continue;
      absl::Status status = Consider({row.position, static_cast<uint32_t>(i + 1), row.steps[i].resource});
      if (!status.ok()) return status;
    }
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
    stopped_ = !visit_(item);
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

  const View& view_;
  const SearchRequest& request_;
  const ChangeFilter& filter_;
  const std::function<bool(const SearchItem&)>& visit_;
  EntryWalk walk_;
  bool stopped_ = false;

  EntryFacts entry_;  // At hand.
  // That wrote the change at hand, once somebody asked whether it is wanted.
  EntryFacts writer_;
  std::optional<storage::Commit> commit_;
  std::optional<bool> writer_is_wanted_;
};

}  // namespace

absl::Status Search(const View& view, const SearchRequest& request,
                    const std::function<bool(const SearchItem&)>& visit) {
  return Run(view, request, visit).Go();
}

}  // namespace setpoint::query
