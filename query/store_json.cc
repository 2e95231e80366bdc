#include "query/store_json.h"

#include "query/entry_json.h"
#include "query/time_text.h"
#include "query/visibility.h"

namespace setpoint::query {
namespace {

void WriteFork(const View& view, std::string_view name, const storage::Position& fork, JsonWriter& json) {
  const auto timeline = view.catalog.timelines.Find(fork.timeline);
  if (!timeline || !SeesTimeline(view, *timeline)) {
    json.NullMember(name);
    return;
  }
  json.Key(name)
      .BeginObject()
      .Member("timeline", timeline->Label())
      .Member("revision", fork.revision.value)
      .EndObject();
}

void WritePatterns(std::string_view name, const std::vector<std::string>& patterns, JsonWriter& json) {
  json.Key(name).BeginArray();
  for (const std::string& each : patterns) json.String(each);
  json.EndArray();
}

}  // namespace

void WriteRef(const RefItem& item, JsonWriter& json) {
  json.BeginObject().Member("ref", item.name).Member("owned", item.owned).Member("default", item.is_default);
  json.Member("gone", item.gone);
  WriteCommitId(item.commit, json);
  json.Member("revision", item.revision.value).EndObject();
}

void WriteTimeline(const View& view, const storage::Timeline& timeline, JsonWriter& json) {
  json.BeginObject().Member("timeline", timeline.Label());
  WriteOptional("ref", timeline.ref, json);
  json.Member("repository", view.catalog.names.RepositoryName(timeline.repository));
  WriteFork(view, "base", timeline.base, json);
  WriteFork(view, "predecessor", timeline.predecessor, json);
  json.Member("depth", uint64_t{timeline.depth}).Member("first", timeline.first.value);
  json.Member("last", timeline.last.value);
  WriteCommitId(timeline.tip, json);
  json.Member("gone", timeline.deleted).EndObject();
}

void WriteRepository(const RepositoryItem& item, JsonWriter& json) {
  json.BeginObject().Member("name", item.settings.name).Member("source", item.settings.source);
  WriteOptional("default", item.default_timeline ? item.default_timeline->ref : "", json);
  WritePatterns("owned", item.settings.owned_patterns, json);
  WritePatterns("pointing", item.settings.pointing_patterns, json);
  json.Member("owned_refs", item.owned_refs).Member("anonymous_timelines", item.anonymous_timelines);
  json.Member("revision", item.last.value);
  WriteCommitId(item.default_timeline ? item.default_timeline->tip : storage::ObjectId(), json);
  WriteOptional("observed", item.observed ? FormatTime(*item.observed) : "", json);
  json.EndObject();
}

void WriteStatusMembers(const StoreStatus& status, JsonWriter& json) {
  json.Member("applied", status.applied.value).Member("timelines", status.timelines);
  json.Member("paths", status.paths).Member("resources", status.resources).Member("bytes", status.bytes);
  json.Key("families").BeginObject();
  for (const auto& [name, bytes] : status.family_bytes) json.Member(name, bytes);
  json.EndObject().Key("repositories").BeginArray();
  for (const RepositoryItem& each : status.repositories) WriteRepository(each, json);
  json.EndArray();
  if (status.consumers.has_value()) {
    json.Key("consumers").BeginArray();
    for (const ConsumerItem& each : *status.consumers) WriteConsumer(each, json);
    json.EndArray();
  }
}

void WriteStatus(const StoreStatus& status, JsonWriter& json) {
  json.BeginObject();
  WriteStatusMembers(status, json);
  json.EndObject();
}

}  // namespace setpoint::query
