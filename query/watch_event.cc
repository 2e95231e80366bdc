#include "query/watch_event.h"

#include "query/entry_json.h"
#include "query/json_writer.h"
#include "query/resource_json.h"
#include "query/time_text.h"

namespace setpoint::query {
namespace {

// A message's first line may be a megabyte; a consumer that wants it whole asks `log`.
constexpr size_t kSubjectBytesMax = 200;

void WriteCommit(const WatchEntry& entry, JsonWriter& json) {
  if (entry.facts.commit.IsZero()) {
    json.NullMember("commit");
    return;
  }
  json.Key("commit").BeginObject().Member("id", entry.facts.commit.Hex());
  if (entry.commit.has_value()) {
    json.Member("author", AuthorText(entry.commit->author));
    json.Member("committed", FormatTime(entry.commit->committer.seconds));
    json.Member("message", Subject(entry.commit->message).substr(0, kSubjectBytesMax));
  }
  json.EndObject();
}

void WriteDeclared(const WatchEvent& event, JsonWriter& json) {
  WriteIdentity(event.key, event.format, json);
  if (!event.moved_from.empty()) json.Member("moved_from", event.moved_from);
  json.Member("path", event.path);
  WriteContentHash(event.content_hash, json);
  if (event.reformatted) json.Member("reformatted", true);
  json.Member("stale", event.stale);
}

void WriteContent(const WatchEvent& event, JsonWriter& json) {
  if (event.content.empty()) {
    json.NullMember("content");
  } else {
    json.Key("content").Raw(event.content);
  }
}

// What an entry of another cause than `commit` says of itself.
void WriteEntry(const WatchEvent& event, JsonWriter& json) {
  const WatchEntry& entry = *event.entry;
  json.Member("observed", FormatTime(entry.facts.observed));
  if (!entry.facts.commit_before.IsZero()) json.Member("commit_before", entry.facts.commit_before.Hex());
  if (!entry.base.has_value()) return;
  if (entry.base->revision.IsNone()) {
    json.NullMember("base");
    return;
  }
  json.Key("base").BeginObject().Member("revision", entry.base->revision.value);
  json.Member("commit", entry.base->commit.Hex()).EndObject();
}

}  // namespace

WatchEvent MakeMark(WatchEvent::Type type, const WatchCursor& cursor) {
  WatchEvent event;
  event.type = type;
  event.cursor = cursor;
  return event;
}

std::string_view WatchEventTypeName(const WatchEvent& event) {
  switch (event.type) {
    case WatchEvent::Type::kChange:
      return "change";
    case WatchEvent::Type::kEntry:
      return CauseName(event.entry->facts.cause);
    case WatchEvent::Type::kState:
      return "state";
    case WatchEvent::Type::kSynced:
      return "synced";
    case WatchEvent::Type::kBookmark:
      return "bookmark";
    case WatchEvent::Type::kClosed:
      return "closed";
  }
  return "unknown";
}

std::string EncodeWatchEvent(const WatchEvent& event) {
  JsonWriter json;
  json.BeginObject().Member("type", WatchEventTypeName(event));
  if (event.HasCursor()) json.Member("cursor", event.cursor.Text());
  if (event.entry == nullptr) {
    json.Member("revision", event.cursor.revision.value);
    if (event.type == WatchEvent::Type::kClosed) json.Member("reason", event.reason).Member("final", event.final);
    return json.EndObject().Take();
  }
  json.Member("revision", event.entry->facts.revision.value).Member("repository", event.entry->repository);
  json.Member("ref", event.ref).Member("timeline", event.entry->timeline);
  if (event.type == WatchEvent::Type::kEntry) {
    WriteEntry(event, json);
    WriteCommit(*event.entry, json);
    json.Member("last", event.last);
    return json.EndObject().Take();
  }
  if (event.type == WatchEvent::Type::kChange) {
    json.Member("operation", OperationName(event.operation));
    if (event.by_filter) json.Member("by_filter", true);
  }
  WriteDeclared(event, json);
  WriteCommit(*event.entry, json);
  WriteContent(event, json);
  if (event.type == WatchEvent::Type::kChange) json.Member("last", event.last);
  return json.EndObject().Take();
}

}  // namespace setpoint::query
