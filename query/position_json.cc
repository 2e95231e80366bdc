#include "query/position_json.h"

#include "query/entry_facts.h"
#include "query/entry_json.h"
#include "storage/base/concat.h"

namespace setpoint::query {

absl::Status WritePosition(const View& view, const ResolvedPosition& position, JsonWriter& json) {
  auto entry = ReadEntryFacts(view, position.position.revision);
  if (!entry.ok()) return entry.status();
  const auto timeline = view.catalog.timelines.Find(position.position.timeline);
  if (!timeline) {
    return absl::DataLossError(storage::Concat("r", position.position.revision.value,
                                               " names a timeline that is not there; run `setpoint verify`"));
  }
  auto commit = ReadCommit(view, position.repository, entry->commit);
  if (!commit.ok()) return commit.status();
  json.BeginObject().Member("repository", view.catalog.names.RepositoryName(position.repository));
  json.Member("timeline", timeline->Label()).Member("revision", position.position.revision.value);
  WriteCommitId(entry->commit, json);
  WriteCommitted(*commit, json);
  if (position.axis) {
    json.Member("axis", *position.axis == storage::TimeAxis::kCommitted ? "committed" : "observed");
  }
  if (position.environment) json.Member("environment", position.environment->name);
  json.EndObject();
  return absl::OkStatus();
}

}  // namespace setpoint::query
