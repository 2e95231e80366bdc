#include "query/log_json.h"

#include <array>
#include <vector>

#include "query/attribution_json.h"
#include "query/entry_facts.h"
#include "query/entry_json.h"
#include "query/reformatted.h"
#include "query/time_text.h"

namespace setpoint::query {
namespace {

using storage::Operation;

void WriteCounts(const storage::Entry& entry, JsonWriter& json) {
  std::array<uint64_t, 7> counts{};
  for (const storage::Change& each : entry.changes) ++counts.at(static_cast<size_t>(each.operation));
  json.Key("changes").BeginObject();
  for (const Operation operation :
       {Operation::kCreated, Operation::kUpdated, Operation::kMoved, Operation::kDeleted, Operation::kDecodeFailed}) {
    const uint64_t count = counts.at(static_cast<size_t>(operation));
    if (count != 0) json.Member(OperationName(operation), count);
  }
  json.EndObject();
}

void WriteList(const storage::Entry& entry, JsonWriter& json) {
  const std::vector<bool> reformatted = ReformattedFiles(entry);
  json.Key("changes").BeginArray();
  for (const storage::Change& each : entry.changes) {
    json.BeginObject().Member("operation", OperationName(each.operation)).Member("key", each.key);
    if (!each.moved_from.empty()) json.Member("moved_from", each.moved_from);
    json.Member("path", entry.files[each.file].path);
    WriteContentHash(each.content_hash, json);
    if (reformatted[each.file]) json.Member("reformatted", true);
    json.Member("stale", each.stale).EndObject();
  }
  json.EndArray();
}

}  // namespace

absl::Status WriteLogItem(const View& view, const LogItem& item, ChangesPart changes, JsonWriter& json) {
  const auto timeline = view.catalog.timelines.Find(item.position.timeline);
  json.BeginObject().Member("revision", item.position.revision.value);
  WriteOptional("timeline", timeline ? timeline->Label() : "", json);
  absl::Status status = WriteCommit(view, item.position.timeline, item.entry.commit, item.commit, json);
  if (!status.ok()) return status;
  json.Member("operation", CauseName(item.entry.cause)).Member("observed", FormatTime(item.entry.observed));
  json.Member("files", uint64_t{item.entry.files.size()});
  if (changes == ChangesPart::kCount) {
    WriteCounts(item.entry, json);
  } else {
    WriteList(item.entry, json);
  }
  json.EndObject();
  return absl::OkStatus();
}

}  // namespace setpoint::query
