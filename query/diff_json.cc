#include "query/diff_json.h"

#include "query/entry_facts.h"
#include "query/entry_json.h"
#include "query/resource_json.h"

namespace setpoint::query {
namespace {

void WriteSide(std::string_view name, const std::optional<storage::StateItem>& item, const storage::Digest& hash,
               JsonWriter& json) {
  if (!item) return;
  json.Key(name).BeginObject().Member("revision", item->revision.value);
  WriteContentHash(hash, json);
  json.Member("stale", item->stale).EndObject();
}

}  // namespace

void WriteDifference(const View& view, const ResourceDifference& difference, JsonWriter& json) {
  const storage::Names& names = view.catalog.names;
  const storage::StateItem& item = difference.after ? *difference.after : *difference.before;
  json.BeginObject();
  WriteIdentity(names.ResourceKey(item.resource), item.format, json);
  json.Member("operation", OperationName(difference.operation));
  if (difference.before && difference.before->resource != item.resource) {
    const bool moved = difference.operation == storage::Operation::kMoved;
    json.Member(moved ? "moved_from" : "from_key", names.ResourceKey(difference.before->resource));
  }
  json.Member("path", names.Path(item.path));
  WriteSide("from", difference.before, difference.hash_before, json);
  WriteSide("to", difference.after, difference.hash_after, json);
  if (difference.waits) json.Member("promotion", *difference.waits ? "waiting" : "ahead");
  if (difference.is_rekeyed) json.Member("rekeyed", true);
  json.Key("fields").BeginArray();
  for (const FieldDifference& field : difference.fields) {
    json.BeginObject().Member("pointer", field.pointer);
    if (field.from) json.Key("from").Raw(*field.from);
    if (field.to) json.Key("to").Raw(*field.to);
    json.EndObject();
  }
  json.EndArray().EndObject();
}

}  // namespace setpoint::query
