#include "query/appearances.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "query/content.h"
#include "query/errors.h"
#include "query/field_spans.h"
#include "query/value_finder.h"
#include "query/visibility.h"

namespace setpoint::query {
namespace {

using storage::ResourceId;
using storage::Version;

absl::Status CheckFilter(const ChangeFilter& filter) {
  if (!filter.value) return InvalidArgument(reason::kBadFilter, "an appearance is that of a value: say which");
  if (filter.AsksForCommit() || filter.operation) {
    return InvalidArgument(reason::kBadFilter,
                           "an appearance has a commit that brought the value and one that took it away: ask for "
                           "neither author, committer, message, signature, time nor operation");
  }
  return absl::OkStatus();
}

}  // namespace

class AppearancesScan::Run {
 public:
  Run(const View& view, AppearancesRequest request)
      : view_(view),
        request_(std::move(request)),
        filter_(request_.filter),
        visible_(PathsAt(view_, request_.position)),
        finder_(view_, *filter_.value) {}

  absl::StatusOr<std::optional<std::vector<Appearance>>> GoOn(ScanBudget& budget) {
    if (!resources_) {
      auto resources = finder_.FindResources();
      if (!resources.ok()) return resources.status();
      resources_ = resources->has_value() ? **std::move(resources) : AllResources();
    }
    for (; next_ < resources_->size(); ++next_) {
      if (budget.IsSpent()) return std::nullopt;
      if (absl::Status status = AddResource((*resources_)[next_], budget); !status.ok()) return status;
    }
    std::sort(all_.begin(), all_.end(), [](const Appearance& a, const Appearance& b) {
      return std::pair(a.came.position.revision, a.came.index) < std::pair(b.came.position.revision, b.came.index);
    });
    return Joined();
  }

 private:
  std::vector<ResourceId> AllResources() const {
    std::vector<ResourceId> all;
    const uint32_t count = view_.catalog.names.resource_count();
    for (uint32_t id = 1; id <= count; ++id) all.emplace_back(id);
    return all;
  }

  absl::Status AddResource(ResourceId resource, ScanBudget& budget) {
    auto rows = storage::VersionsOnTimeline(view_.rows, view_.catalog.timelines, resource, request_.position);
    if (!rows.ok()) return rows.status();
    budget.Spend(1 + rows->size());
    bool is_open = false;
    for (auto row = rows->rbegin(); row != rows->rend(); ++row) {
      auto pointers = PointersIn(*row);
      if (!pointers.ok()) return pointers.status();
      if (!pointers->empty()) {
        if (!is_open) all_.push_back({*row, *std::move(pointers), *row, std::nullopt});
        all_.back().newest = *row;
        is_open = true;
      } else if (is_open) {
        all_.back().left = *row;
        is_open = false;
      }
    }
    return absl::OkStatus();
  }

  // Where the version has the value; nowhere if it does not count.
  absl::StatusOr<std::vector<std::string>> PointersIn(const Version& version) {
    if (!version.IsAlive()) return std::vector<std::string>();  // A tombstone may have no path.
    const std::string_view path = view_.catalog.names.Path(version.path);
    if (!visible_.Sees(path) || !filter_.MatchesResource(view_.catalog.names.ResourceKey(version.resource),
                                                         static_cast<storage::Format>(version.format), path)) {
      return std::vector<std::string>();
    }
    const auto known = known_.find(version.content);
    if (known != known_.end()) return known->second;
    auto pointers = PointersInContent(version);
    if (pointers.ok()) known_.emplace(version.content, *pointers);
    return pointers;
  }

  absl::StatusOr<std::vector<std::string>> PointersInContent(const Version& version) {
    std::vector<std::string> pointers;
    auto content = ReadContentJson(view_, version.content);
    if (absl::IsFailedPrecondition(content.status())) return pointers;  // Erased.
    if (!content.ok()) return content.status();
    if (!finder_.MayStandIn(*content)) return pointers;
    auto matches = MatchesContent(filter_.ContentSelector(), *content);
    if (!matches.ok()) return matches.status();
    if (!*matches) return pointers;
    auto fields = FieldsOf(*content);
    if (!fields.ok()) return fields.status();
    for (FieldSpan& field : *fields) {
      const std::string value = content->substr(field.span.begin, field.span.end - field.span.begin);
      if (filter_.TakesField(field.pointer, value)) pointers.push_back(std::move(field.pointer));
    }
    return pointers;
  }

  // What came by a move goes on with what left by it.
  std::vector<Appearance> Joined() {
    std::vector<Appearance> joined;
    absl::flat_hash_map<std::pair<ResourceId, storage::Revision>, size_t> ended;  // By the move that ended it.
    for (Appearance& each : all_) {
      const auto before = ended.find({each.came.moved_from, each.came.position.revision});
      size_t place = joined.size();
      if (before != ended.end() && joined[before->second].left->moved_to == each.came.resource) {
        place = before->second;
        joined[place].newest = each.newest;
        joined[place].left = each.left;
      } else {
        joined.push_back(std::move(each));
      }
      const std::optional<Version>& left = joined[place].left;
      if (left && !left->moved_to.IsNone()) ended.insert_or_assign({left->resource, left->position.revision}, place);
    }
    return joined;
  }

  const View view_;
  const AppearancesRequest request_;
  const ChangeFilter& filter_;
  const VisiblePaths visible_;
  ValueFinder finder_;
  std::optional<std::vector<ResourceId>> resources_;  // That may ever have had the value.
  size_t next_ = 0;
  absl::flat_hash_map<storage::ContentKey, std::vector<std::string>> known_;
  std::vector<Appearance> all_;
};

AppearancesScan::AppearancesScan(std::unique_ptr<Run> run) : run_(std::move(run)) {}
AppearancesScan::~AppearancesScan() = default;
AppearancesScan::AppearancesScan(AppearancesScan&&) noexcept = default;
AppearancesScan& AppearancesScan::operator=(AppearancesScan&&) noexcept = default;

absl::StatusOr<AppearancesScan> AppearancesScan::Begin(const View& view, AppearancesRequest request) {
  if (absl::Status status = CheckFilter(request.filter); !status.ok()) return status;
  return AppearancesScan(std::make_unique<Run>(view, std::move(request)));
}

absl::StatusOr<std::optional<std::vector<Appearance>>> AppearancesScan::GoOn(ScanBudget& budget) {
  return run_->GoOn(budget);
}

absl::StatusOr<std::vector<Appearance>> FindAppearances(const View& view, const AppearancesRequest& request) {
  auto scan = AppearancesScan::Begin(view, request);
  if (!scan.ok()) return scan.status();
  ScanBudget unbounded;
  auto all = scan->GoOn(unbounded);
  if (!all.ok()) return all.status();
  return **std::move(all);
}

}  // namespace setpoint::query
