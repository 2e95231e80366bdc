#include "query/deleted_fields.h"

#include <algorithm>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "query/content.h"
#include "query/errors.h"
#include "query/field_events.h"
#include "query/field_spans.h"
#include "query/history.h"
#include "query/json_pointer.h"
#include "query/text.h"
#include "query/visibility.h"
#include "storage/base/concat.h"
#include "storage/projections/versions.h"

namespace setpoint::query {
namespace {

// Pointer to JSON value.
using Fields = std::map<std::string, std::string, std::less<>>;

// Those of the state read; empty where the resource is gone or its content was erased.
absl::StatusOr<Fields> PresentFields(const View& view, const BlameRequest& request) {
  Fields fields;
  const storage::ResourceId resource = view.catalog.names.FindResource(request.key);
  auto version = storage::FindVersion(view.rows, view.catalog.timelines, resource, request.position);
  if (!version.ok()) return version.status();
  if (!version->has_value() || !(*version)->IsAlive()) return fields;
  if (!PathsAt(view, request.position).Sees(view.catalog.names.Path((*version)->path))) return fields;
  auto content = ReadContentJson(view, (*version)->content);
  if (absl::IsFailedPrecondition(content.status())) return fields;
  if (!content.ok()) return content.status();
  auto spans = FieldsOf(*content);
  if (!spans.ok()) return spans.status();
  for (FieldSpan& each : *spans) {
    fields.emplace(std::move(each.pointer), content->substr(each.span.begin, each.span.end - each.span.begin));
  }
  return fields;
}

bool IsBelow(std::string_view pointer, std::string_view place) {
  return pointer.starts_with(place) && (pointer.size() == place.size() || pointer[place.size()] == '/');
}

// Whether some step of the pointer may be a place in a list.
bool MayPassList(std::string_view pointer) {
  while (!pointer.empty()) {
    const size_t end = pointer.find('/', 1);
    const std::string_view step = pointer.substr(1, end == std::string_view::npos ? end : end - 1);
    if (!step.empty() && std::all_of(step.begin(), step.end(), IsDigit)) return true;
    pointer = end == std::string_view::npos ? std::string_view() : pointer.substr(end);
  }
  return false;
}

bool IsBack(const Fields& present, const std::string& pointer, const std::string& value) {
  const auto found = present.find(pointer);
  if (found == present.end()) return false;
  return !MayPassList(pointer) || found->second == value;
}

}  // namespace

absl::StatusOr<std::vector<BlameField>> ReadDeletedFields(const View& view, const BlameRequest& request) {
  if (!IsJsonPointer(request.pointer)) {
    return InvalidArgument(reason::kBadPointer,
                           storage::Concat("'", request.pointer, "' is no JSON pointer; write it as /spec/replicas"));
  }
  auto history = ReadHistory(
      view, {.repository = request.repository, .position = request.position, .key = request.key, .limit = 0});
  if (!history.ok()) return history.status();
  auto present = PresentFields(view, request);
  if (!present.ok()) return present.status();
  const VisiblePaths visible = PathsAt(view, request.position);
  std::vector<BlameField> deleted;
  Fields seen;  // What was removed before the first time, seen from now, was removed again later.
  for (const HistoryItem& item : *history) {
    auto events = ReadFieldEvents(view, request.repository, item.version, EventBasis::kCommit);
    if (!events.ok()) return events.status();
    // What it was before its move into what can be seen is not shown.
    if (events->before && !visible.Sees(view.catalog.names.Path(events->before->path))) continue;
    for (FieldEvent& event : events->fields) {
      if (event.to || !event.from || !IsBelow(event.pointer, request.pointer)) continue;
      if (IsBack(*present, event.pointer, *event.from)) continue;
      const auto known = seen.find(event.pointer);
      if (known != seen.end() && (!MayPassList(event.pointer) || known->second == *event.from)) continue;
      seen.insert_or_assign(event.pointer, *event.from);
      deleted.push_back({.pointer = std::move(event.pointer),
                         .value = *std::move(event.from),
                         .revision = item.entry.revision,
                         .resource = item.version.resource,
                         .landed = item.landed});
    }
  }
  return deleted;
}

}  // namespace setpoint::query
