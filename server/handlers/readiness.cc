#include "server/handlers/readiness.h"

#include <string>
#include <string_view>
#include <vector>

#include "query/json_writer.h"
#include "query/visibility.h"
#include "server/handlers/disk_space.h"
#include "server/handlers/follow_json.h"
#include "server/http/query_reader.h"
#include "storage/base/concat.h"

namespace setpoint::server {
namespace {

// Why the server is not ready, and what an operator should know although it is. Sentences.
struct Findings {
  std::vector<std::string> reasons;
  std::vector<std::string> warnings;
};

// Names repositories only to who may see them.
Findings Look(const HandlerContext& context, const query::View& view, const std::vector<FollowState>& states) {
  Findings findings;
  for (const FollowState& state : states) {
    const std::string who = query::SeesRepository(view, state.repository)
                                ? storage::Concat("repository ", state.repository)
                                : std::string("a repository");
    if (state.runs == 0) {
      // One that came while the server runs takes nothing away from what it answers.
      auto& sentences = state.since_start ? findings.reasons : findings.warnings;
      sentences.push_back(storage::Concat(who, " is not yet observed"));
    } else if (state.failures > 0) {
      findings.warnings.push_back(storage::Concat(who, " cannot be read just now"));
    }
  }
  if (context.database.catalog.torn()) {
    findings.reasons.emplace_back(
        "a write failed half-way: nothing more is appended until the server is started again");
  }
  const auto space = ReadDiskSpace(context.database.directory);
  if (!space) return findings;
  const std::string left =
      storage::Concat("the disk under the store is nearly full: ", space->free_bytes >> 20, " MiB left");
  if (StateOf(*space) == DiskState::kFull) findings.reasons.push_back(left);
  if (StateOf(*space) == DiskState::kLow) findings.warnings.push_back(left);
  return findings;
}

void WriteTexts(std::string_view name, const std::vector<std::string>& texts, query::JsonWriter& json) {
  json.Key(name).BeginArray();
  for (const std::string& text : texts) json.String(text);
  json.EndArray();
}

}  // namespace

absl::StatusOr<Response> GetReadiness(const HandlerContext& context, const Request& request) {
  if (absl::Status status = QueryReader(request.query).Finish(); !status.ok()) return status;
  const std::vector<FollowState> states = context.follow.All();
  const auto view = context.ViewFor(request);
  if (!view.ok()) return view.status();
  const Findings findings = Look(context, *view, states);
  query::JsonWriter json;
  json.BeginObject().Member("ready", findings.reasons.empty());
  WriteTexts("reasons", findings.reasons, json);
  WriteTexts("warnings", findings.warnings, json);
  json.Key("repositories").BeginArray();
  for (const FollowState& state : states) {
    if (query::SeesRepository(*view, state.repository)) WriteFollowState(state, json);
  }
  json.EndArray().Member("watchers", uint64_t{context.hub.watcher_count()}).EndObject();
  Response response;
  response.status = findings.reasons.empty() ? 200 : 503;
  // An error says so by itself.
  if (response.status == 200) response.headers.emplace_back("Cache-Control", "no-store");
  response.body = json.Take().append("\n");
  return response;
}

}  // namespace setpoint::server
