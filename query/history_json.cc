#include "query/history_json.h"

#include <string>

#include "query/attribution_json.h"
#include "query/content.h"
#include "query/entry_json.h"
#include "query/history_fields.h"

namespace setpoint::query {

absl::Status WriteHistoryItem(const View& view, const HistoryItem& item, JsonWriter& json) {
  const storage::Names& names = view.catalog.names;
  const storage::Version& version = item.version;
  const auto timeline = view.catalog.timelines.Find(item.entry.timeline);
  json.BeginObject().Member("revision", item.entry.revision.value);
  absl::Status status = WriteCommit(view, item.entry.timeline, item.entry.commit, item.commit, json);
  if (!status.ok()) return status;
  json.Member("operation", OperationName(version.operation));
  WriteOptional("timeline", timeline ? timeline->Label() : "", json);
  json.Member("landed", item.landed.value);
  status = WriteLandedBy(view, item.entry.revision, item.landed, json);
  if (!status.ok()) return status;
  json.Member("key", names.ResourceKey(version.resource));
  if (!version.moved_from.IsNone()) json.Member("moved_from", names.ResourceKey(version.moved_from));
  if (!version.moved_to.IsNone()) json.Member("moved_to", names.ResourceKey(version.moved_to));
  json.Member("path", names.Path(version.path));
  auto hash = ReadContentHash(view, version.content);
  if (!hash.ok()) return hash.status();
  WriteContentHash(*hash, json);
  json.Member("stale", version.stale);
  auto fields = ReadChangedFields(view, item);
  if (!fields.ok()) return fields.status();
  json.Key("fields").BeginArray();
  for (const std::string& pointer : *fields) json.String(pointer);
  json.EndArray().EndObject();
  return absl::OkStatus();
}

}  // namespace setpoint::query
