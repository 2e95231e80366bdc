#include "query/history_json.h"

#include <string>

#include "query/content.h"
#include "query/entry_json.h"
#include "query/field_changes.h"

namespace setpoint::query {
namespace {

// "fields": empty where nothing was replaced, where the content is the same or where one of them was erased.
absl::Status WriteFields(const View& view, const HistoryItem& item, JsonWriter& json) {
  json.Key("fields").BeginArray();
  const bool differ = item.before && item.version.IsAlive() && item.before->content != item.version.content;
  if (differ) {
    auto before = ReadContentJson(view, item.before->content);
    auto after = ReadContentJson(view, item.version.content);
    for (const auto* each : {&before, &after}) {
      if (!each->ok() && !absl::IsFailedPrecondition(each->status())) return each->status();
    }
    if (before.ok() && after.ok()) {
      auto fields = ChangedFields(*before, *after);
      if (!fields.ok()) return fields.status();
      for (const std::string& pointer : *fields) json.String(pointer);
    }
  }
  json.EndArray();
  return absl::OkStatus();
}

}  // namespace

absl::Status WriteHistoryItem(const View& view, storage::RepositoryId repository, const HistoryItem& item,
                              JsonWriter& json) {
  auto commit = ReadCommit(view, repository, item.entry.commit);
  if (!commit.ok()) return commit.status();
  const storage::Names& names = view.catalog.names;
  const storage::Version& version = item.version;
  const auto timeline = view.catalog.timelines.Find(item.entry.timeline);
  json.BeginObject().Member("revision", item.entry.revision.value);
  WriteCommitId(item.entry.commit, json);
  WriteAuthorship(*commit, json);
  json.Member("operation", OperationName(version.operation));
  WriteOptional("timeline", timeline ? timeline->Label() : "", json);
  json.Member("landed", item.landed.value).Member("key", names.ResourceKey(version.resource));
  if (!version.moved_from.IsNone()) json.Member("moved_from", names.ResourceKey(version.moved_from));
  if (!version.moved_to.IsNone()) json.Member("moved_to", names.ResourceKey(version.moved_to));
  json.Member("path", names.Path(version.path));
  const auto hash = version.IsAlive() ? view.catalog.digests.HashOf(version.content) : std::nullopt;
  WriteOptional("content_hash", hash ? hash->Hex() : "", json);
  json.Member("stale", version.stale);
  absl::Status status = WriteFields(view, item, json);
  if (!status.ok()) return status;
  json.EndObject();
  return absl::OkStatus();
}

}  // namespace setpoint::query
