#include "query/watch_filter.h"

#include <utility>

#include "query/content.h"
#include "query/view.h"
#include "query/visibility.h"
#include "storage/formats/decoder.h"
#include "storage/log/names.h"
#include "storage/projections/versions.h"

namespace setpoint::query {

using storage::Operation;
using storage::Position;
using storage::Revision;
using storage::Step;
using storage::Version;

namespace {

bool SelectsAll(const Selector& selector) { return selector == Selector{}; }

}  // namespace

WatchFilter::WatchFilter(const storage::Database& database, Selector selector, Disclosure disclosure)
    : database_(database),
      selector_(std::move(selector)),
      disclosure_(std::move(disclosure)),
      selects_all_(SelectsAll(selector_) && disclosure_.scopes == nullptr) {}

absl::StatusOr<bool> WatchFilter::Matches(const WatchedVersion& version, Position at) const {
  if (selects_all_) return true;
  const storage::Names& names = database_.catalog.names;
  if (!PathsAt(view(), at).Sees(names.Path(version.path))) return false;
  if (!selector_.Matches(names.ResourceKey(version.resource), static_cast<storage::Format>(version.format),
                         names.Path(version.path))) {
    return false;
  }
  return MatchesContent(view(), selector_, version.content);
}

absl::StatusOr<std::optional<WatchedVersion>> WatchFilter::Before(const Step& step, Position at) const {
  const storage::ResourceId resource = step.moved_from.IsNone() ? step.resource : step.moved_from;
  const Position before{at.timeline, Revision(at.revision.value - 1)};
  auto version = storage::FindVersion(*database_.store, database_.catalog.timelines, resource, before);
  if (!version.ok()) return version.status();
  if (!version->has_value() || !(*version)->IsAlive()) return std::nullopt;
  const Version& found = **version;
  return WatchedVersion{resource, found.format, found.stale, found.content, found.path};
}

absl::StatusOr<std::optional<FilteredChange>> WatchFilter::Apply(const Step& step, Position at) const {
  FilteredChange change{.operation = step.operation,
                        .version = {step.resource, step.format, step.stale, step.content, step.path},
                        .moved_from = step.moved_from};
  // What a broken file holds may be new to a ref that was moved there: then it is created, stale, as a list has it.
  if (selects_all_ && step.operation != Operation::kDecodeFailed) return change;

  auto before = Before(step, at);
  if (!before.ok()) return before.status();
  absl::StatusOr<bool> was_selected = false;
  if (before->has_value()) was_selected = Matches(**before, at);
  if (!was_selected.ok()) return was_selected.status();
  absl::StatusOr<bool> is_selected = false;
  if (step.operation != Operation::kDeleted) is_selected = Matches(change.version, at);
  if (!is_selected.ok()) return is_selected.status();

  if (!*was_selected && !*is_selected) return std::nullopt;
  if (*was_selected && *is_selected) return change;
  if (*is_selected) {
    change.by_filter = step.operation != Operation::kCreated;
    change.operation = Operation::kCreated;
  } else {
    change.by_filter = step.operation != Operation::kDeleted;
    change.operation = Operation::kDeleted;
    // What the log has deleted is told as the log has it; what the filter loses, as it was.
    if (change.by_filter) change.version = **before;
  }
  change.moved_from = storage::ResourceId();
  return change;
}

}  // namespace setpoint::query
