#include "query/search_json.h"

#include "query/attribution_json.h"
#include "query/entry_json.h"
#include "query/resource_json.h"

namespace setpoint::query {

absl::Status WriteSearchItem(const View& view, const SearchItem& item, JsonWriter& json) {
  const storage::Names& names = view.catalog.names;
  const storage::Version& version = item.version;
  const auto timeline = view.catalog.timelines.Find(item.entry.timeline);
  json.BeginObject().Member("revision", item.entry.revision.value);
  absl::Status status = WriteCommit(view, item.entry.timeline, item.entry.commit, item.commit, json);
  if (!status.ok()) return status;
  WriteOptional("timeline", timeline ? timeline->Label() : "", json);
  json.Member("landed", version.position.revision.value);
  status = WriteLandedBy(view, item.entry.revision, version.position.revision, json);
  if (!status.ok()) return status;
  json.Member("operation", OperationName(version.operation));
  WriteIdentity(names.ResourceKey(version.resource), version.format, json);
  if (!version.moved_from.IsNone()) json.Member("moved_from", names.ResourceKey(version.moved_from));
  json.Member("path", names.Path(version.path));
  WriteContentHash(item.content_hash, json);
  json.Member("stale", version.stale);
  if (!item.fields.empty()) {
    json.Key("fields").BeginArray();
    for (const FieldEvent& field : item.fields) {
      json.BeginObject().Member("pointer", field.pointer);
      if (field.from) json.Key("from").Raw(*field.from);
      if (field.to) json.Key("to").Raw(*field.to);
      json.EndObject();
    }
    json.EndArray();
  }
  json.EndObject();
  return absl::OkStatus();
}

}  // namespace setpoint::query
