#include "query/timelines.h"

#include <utility>

#include "query/entry_facts.h"
#include "query/visibility.h"
#include "storage/projections/positions.h"

namespace setpoint::query {

absl::StatusOr<storage::Timeline> TimelineAsOf(const View& view, storage::Timeline timeline) {
  if (timeline.last <= view.applied) return timeline;
  auto position = storage::FindAtRevision(view.rows, view.catalog.timelines, timeline.id, view.applied);
  if (!position.ok()) return position.status();
  if (!position->has_value() || (*position)->timeline != timeline.id) {
    return absl::DataLossError("a timeline has no entry where it begins; run `setpoint verify`");
  }
  auto entry = ReadEntryFacts(view, (*position)->revision);
  if (!entry.ok()) return entry.status();
  timeline.last = entry->revision;
  timeline.last_cause = entry->cause;
  timeline.tip = entry->commit;
  timeline.deleted = entry->cause == storage::Cause::kRefDeleted;
  return timeline;
}

absl::StatusOr<std::vector<storage::Timeline>> ListTimelines(const View& view, const TimelinesRequest& request) {
  std::vector<storage::Timeline> timelines;
  for (storage::Timeline& each : view.catalog.timelines.All()) {
    if (request.limit != 0 && timelines.size() == request.limit) break;
    if (each.repository != request.repository || each.first > view.applied || each.id <= request.after) continue;
    if (each.IsAnonymous() && request.anonymous == AnonymousTimelines::kLeaveOut) continue;
    if (!SeesTimeline(view, each)) continue;
    auto timeline = TimelineAsOf(view, std::move(each));
    if (!timeline.ok()) return timeline.status();
    timelines.push_back(*std::move(timeline));
  }
  return timelines;
}

}  // namespace setpoint::query
