#include "query/attribution_json.h"

#include <string>
#include <string_view>
#include <vector>

#include "query/attribution.h"
#include "query/entry_facts.h"
#include "query/entry_json.h"
#include "query/signature.h"

namespace setpoint::query {
namespace {

void WritePeople(std::string_view name, const std::vector<std::string>& people, JsonWriter& json) {
  json.Key(name).BeginArray();
  for (const std::string& each : people) json.String(each);
  json.EndArray();
}

storage::RepositoryId RepositoryOf(const View& view, storage::TimelineId timeline) {
  const auto found = view.catalog.timelines.Find(timeline);
  return found ? found->repository : storage::RepositoryId();
}

void WritePullRequest(const std::optional<uint64_t>& number, JsonWriter& json) {
  if (number) {
    json.Member("pull_request", *number);
  } else {
    json.NullMember("pull_request");
  }
}

}  // namespace

absl::Status WriteCommit(const View& view, storage::TimelineId timeline, const storage::ObjectId& id,
                         const std::optional<storage::Commit>& commit, JsonWriter& json) {
  WriteCommitId(id, json);
  WriteAuthorship(commit, json);
  const Attribution attribution = commit ? AttributionOf(*commit) : Attribution();
  WriteOptional("committer", commit ? AuthorText(commit->committer) : "", json);
  WritePeople("co_authors", attribution.co_authors, json);
  WritePeople("signed_off_by", attribution.sign_offs, json);
  WritePullRequest(attribution.pull_request, json);
  json.Member("signed", commit && commit->has_signature);
  return WriteSignature(view, RepositoryOf(view, timeline), id, commit, json);
}

absl::Status WriteLandedBy(const View& view, storage::Revision written, storage::Revision landed, JsonWriter& json) {
  if (landed == written) {
    json.NullMember("landed_by");
    return absl::OkStatus();
  }
  auto entry = ReadEntryFacts(view, landed);
  if (!entry.ok()) return entry.status();
  auto commit = ReadCommit(view, RepositoryOf(view, entry->timeline), entry->commit);
  if (!commit.ok()) return commit.status();
  json.Key("landed_by").BeginObject().Member("revision", landed.value);
  WriteCommitId(entry->commit, json);
  WriteAuthorship(*commit, json);
  WritePullRequest(*commit ? AttributionOf(**commit).pull_request : std::nullopt, json);
  json.EndObject();
  return absl::OkStatus();
}

}  // namespace setpoint::query
