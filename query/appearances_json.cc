#include "query/appearances_json.h"

#include <algorithm>
#include <string>

#include "query/attribution_json.h"
#include "query/entry_facts.h"
#include "query/entry_json.h"
#include "query/resource_json.h"

namespace setpoint::query {
namespace {

// When, by whom, and how it reached the timeline.
absl::Status WriteMoment(const View& view, storage::RepositoryId repository, const storage::Version& version,
                         JsonWriter& json) {
  auto entry = ReadEntryFacts(view, version.origin);
  if (!entry.ok()) return entry.status();
  auto commit = ReadCommit(view, repository, entry->commit);
  if (!commit.ok()) return commit.status();
  const auto timeline = view.catalog.timelines.Find(entry->timeline);
  json.BeginObject().Member("revision", entry->revision.value);
  absl::Status status = WriteCommit(view, entry->timeline, entry->commit, *commit, json);
  if (!status.ok()) return status;
  WriteOptional("timeline", timeline ? timeline->Label() : "", json);
  json.Member("landed", version.position.revision.value);
  status = WriteLandedBy(view, entry->revision, version.position.revision, json);
  if (!status.ok()) return status;
  json.Member("operation", OperationName(version.operation));
  json.Member("key", view.catalog.names.ResourceKey(version.resource)).EndObject();
  return absl::OkStatus();
}

}  // namespace

absl::Status WriteAppearance(const View& view, storage::RepositoryId repository, const Appearance& appearance,
                             JsonWriter& json) {
  const storage::Names& names = view.catalog.names;
  json.BeginObject();
  WriteIdentity(names.ResourceKey(appearance.newest.resource), appearance.newest.format, json);
  json.Member("path", names.Path(appearance.newest.path));
  json.Member("present", !appearance.left.has_value());
  json.Key("pointers").BeginArray();
  for (const std::string& pointer : appearance.pointers) json.String(pointer);
  json.EndArray().Key("came");
  absl::Status status = WriteMoment(view, repository, appearance.came, json);
  if (!status.ok()) return status;
  if (appearance.left) {
    json.Key("left");
    status = WriteMoment(view, repository, *appearance.left, json);
  } else {
    json.NullMember("left");
  }
  json.EndObject();
  return status;
}

absl::Status WriteAppearancesSummary(const View& view, storage::RepositoryId repository,
                                     const std::vector<Appearance>& all, JsonWriter& json) {
  const storage::Version* gone = nullptr;
  uint64_t present = 0;
  for (const Appearance& each : all) {
    if (!each.left) {
      ++present;
    } else if (gone == nullptr || gone->position.revision < each.left->position.revision) {
      gone = &*each.left;
    }
  }
  json.BeginObject().Member("appearances", uint64_t{all.size()}).Member("present", present);
  absl::Status status;
  if (all.empty()) {
    json.NullMember("first");
  } else {
    json.Key("first");
    status = WriteMoment(view, repository, all.front().came, json);
  }
  if (!status.ok()) return status;
  if (gone == nullptr || present > 0) {
    json.NullMember("gone");
  } else {
    json.Key("gone");
    status = WriteMoment(view, repository, *gone, json);
  }
  json.EndObject();
  return status;
}

}  // namespace setpoint::query
