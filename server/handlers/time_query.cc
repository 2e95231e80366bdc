#include "server/handlers/time_query.h"

#include <string>
#include <string_view>

#include "query/time_text.h"
#include "storage/base/concat.h"

namespace setpoint::server {
namespace {

absl::Status Set(std::string_view name, const std::optional<std::string>& text, int64_t now,
                 std::optional<int64_t>& seconds, bool& by_clock) {
  if (!text.has_value() || text->empty()) return absl::OkStatus();
  seconds = query::ParseTime(*text, now);
  if (!seconds.has_value()) {
    return absl::InvalidArgumentError(
        storage::Concat(name, " '", *text, "' is no time; write 2026-01-31, 2026-01-31T12:00:00Z or '2h ago'"));
  }
  by_clock = by_clock || query::ParseTime(*text, now + 1) != seconds;
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<TimeRange> TakeTimeRange(QueryReader& query, int64_t now) {
  TimeRange range;
  const auto since = query.Take("since");
  const auto until = query.Take("until");
  absl::Status status = Set("since", since, now, range.since, range.by_clock);
  if (status.ok()) status = Set("until", until, now, range.until, range.by_clock);
  if (!status.ok()) return status;
  return range;
}

}  // namespace setpoint::server
