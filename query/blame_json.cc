#include "query/blame_json.h"

#include <algorithm>

#include "query/attribution_json.h"
#include "query/entry_json.h"

namespace setpoint::query {

absl::Status WriteBlameField(const View& view, const BlameField& field, AuthorshipCache& authors, JsonWriter& json) {
  auto author = authors.Read(field.revision);
  if (!author.ok()) return author.status();
  const auto timeline = view.catalog.timelines.Find((*author)->entry.timeline);
  json.BeginObject().Member("pointer", field.pointer).Key("value").Raw(field.value);
  json.Member("revision", field.revision.value);
  const EntryFacts& entry = (*author)->entry;
  absl::Status status = WriteCommit(view, entry.timeline, entry.commit, (*author)->commit, json);
  if (!status.ok()) return status;
  WriteOptional("timeline", timeline ? timeline->Label() : "", json);
  json.Member("landed", field.landed.value);
  status = WriteLandedBy(view, field.revision, field.landed, json);
  if (!status.ok()) return status;
  json.Member("key", view.catalog.names.ResourceKey(field.resource)).EndObject();
  return absl::OkStatus();
}

void SortByPointer(std::vector<BlameField>& fields) {
  std::sort(fields.begin(), fields.end(),
            [](const BlameField& a, const BlameField& b) { return a.pointer < b.pointer; });
}

}  // namespace setpoint::query
