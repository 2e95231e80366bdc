#include <random>

#include "query/content.h"
#include "query/field_spans.h"
#include "query/search.h"
#include "storage/projections/state.h"
#include "tools/bench/benches.h"
#include "tools/bench/process.h"

namespace setpoint::tools {
namespace {

constexpr size_t kOwnValues = 15;  // In each round. Git reads everything for any value, so that one tells of all.

// Versions as they stand in tags of images and charts: what somebody looks for in an incident.
bool LooksLikeVersion(const query::FieldSpan& field, std::string_view value) {
  return (field.pointer.ends_with("/tag") || field.pointer.ends_with("/version") ||
          field.pointer.ends_with("/image")) &&
         value.size() > 8;
}

// Such values at a position somewhere in the history, without quotes.
absl::StatusOr<std::vector<std::string>> ListValues(const BenchInput& input) {
  const auto database = OpenBenchStore(input);
  if (!database.ok()) return database.status();
  const auto positions = ListBenchPositions(**database);
  if (!positions.ok()) return positions.status();
  const query::View view(**database);
  const storage::Position position = (*positions)[positions->size() * 3 / 4].position;
  const auto state = storage::ReadState(view.rows, view.catalog.timelines, position);
  if (!state.ok()) return state.status();
  std::vector<std::string> values;
  for (const storage::StateItem& item : *state) {
    const auto content = query::ReadContentJson(view, item.content);
    if (!content.ok()) return content.status();
    const auto fields = query::FieldsOf(*content);
    if (!fields.ok()) return fields.status();
    for (const query::FieldSpan& field : *fields) {
      const std::string value = content->substr(field.span.begin, field.span.end - field.span.begin);
      if (value.starts_with('"') && LooksLikeVersion(field, value)) values.push_back(value.substr(1, value.size() - 2));
    }
  }
  return values;
}

absl::StatusOr<double> TimeSearch(const query::View& view, const std::string& value) {
  query::SearchRequest request{
      .repository = view.catalog.names.FindRepository("input"), .position = {}, .filter = {}, .before = {}};
  request.filter.value = value;
  size_t found = 0;
  const double start = NowSeconds();
  absl::Status status = query::Search(view, request, [&](const query::SearchItem&) { return ++found > 0; });
  const double seconds = NowSeconds() - start;
  if (!status.ok()) return status;
  if (found == 0) return absl::InternalError("no change brought " + value);
  return seconds;
}

}  // namespace

absl::StatusOr<std::vector<BenchRow>> BenchSearch(const BenchInput& input) {
  const auto values = ListValues(input);
  if (!values.ok()) return values.status();
  if (values->empty()) return std::vector<BenchRow>();
  std::mt19937_64 random(input.seed);
  std::string value;
  // The middle one of some values, in a store that was just opened: what they need of it is unpacked for each.
  const TimedRun ours = [&]() -> absl::StatusOr<double> {
    const auto opened = OpenBenchStore(input);
    if (!opened.ok()) return opened.status();
    std::vector<double> times;
    while (times.size() < kOwnValues) {
      value = (*values)[random() % values->size()];
      const auto seconds = TimeSearch(query::View(**opened), value);
      if (!seconds.ok()) return seconds.status();
      times.push_back(*seconds);
    }
    return Median(times);
  };
  const TimedRun git = [&]() -> absl::StatusOr<double> {
    const auto log = RunProcess({.words = input.Git({"log", "-S", value, "--format=%H", "HEAD"})});
    if (!log.ok()) return log.status();
    return log->seconds;
  };
  const auto medians = Alternate(input.rounds, ours, git);
  if (!medians.ok()) return medians.status();
  return std::vector<BenchRow>{AtLeastRow("M12", "when a value came and left; git log -S VALUE", *medians, 500)};
}

}  // namespace setpoint::tools
