#include "query/search.h"

#include <algorithm>
#include <string>

#include "query/content.h"
#include "query/entry_walk.h"
#include "query/json_value.h"
#include "query/json_writer.h"
#include "query/selector.h"
#include "query/signature.h"
#include "query/text.h"
#include "query/visibility.h"
#include "storage/base/coding.h"
#include "storage/projections/steps.h"
#include "storage/projections/terms.h"

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
    // Secrets have no terms: who may see them looks everywhere.
    if (filter_.value && view_.disclosure.secrets == Secrets::kRedacted) {
      auto resources = storage::FindResourcesByTerm(view_.rows, ScalarsOf(*filter_.value), view_.applied);
      if (!resources.ok()) return resources.status();
      if (resources->has_value()) return ByResources(**resources);
    }
    return ByEntries();
  }

 private:
  // What stands in every content that has the value: a string as JSON has it, or any other scalar.
  static std::vector<std::string> TextsOf(const std::optional<std::string>& value) {
    if (!value) return {};
    std::string quoted;
    AppendJsonString(*value, quoted);
    return {quoted, *value};
  }

  // What a value may look like in canonical JSON: a string, or a number.
  static std::vector<std::string> ScalarsOf(const std::string& value) {
    std::string quoted;
    AppendJsonString(value, quoted);
    std::vector<std::string> scalars = {quoted};
    if (!value.empty() && value.find_first_not_of("+-.0123456789eE") == std::string::npos) scalars.push_back(value);
    return scalars;
  }

  bool IsBelowPage(Revision revision, uint32_t index) const {
    return !request_.before || std::pair(revision, index) < *request_.before;
  }

  // All versions of the resources, newest first.
  absl::Status ByResources(const std::vector<storage::ResourceId>& resources) {
    std::vector<Candidate> candidates;
    for (const storage::ResourceId resource : resources) {
      std::string prefix;
      storage::AppendBigEndian32(prefix, resource.value);
      const auto row = view_.rows.Scan(storage::Family::kVersions, prefix);
      for (; row->Valid(); row->Next()) {
        auto version = storage::DecodeVersion(row->Key(), row->Value());
        if (!version.ok()) return version.status();
        if (!version->moved_to.IsNone() || !walk_.IsOnWalk(version->position)) continue;
        candidates.push_back({version->position, version->index, resource});
      }
      if (!row->Status().ok()) return row->Status();
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
    auto found = storage::FindVersion(view_.rows, view_.catalog.timelines, candidate.resource, candidate.position);
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

  absl::Status Show(const Version& version) {
    auto events =
        ReadFieldEvents(view_, request_.repository, version,
                        request_.position ? EventBasis::kTimeline : EventBasis::kCommit, TextsOf(filter_.value));
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
    auto content = ReadContentJson(view_, shown->content);
    if (absl::IsFailedPrecondition(content.status())) return false;  // Erased.
    if (!content.ok()) return content.status();
    auto value = ParseJson(*content);
    if (!value.ok()) return value.status();
    return selector.MatchesContent(*value);
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
