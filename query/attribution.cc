#include "query/attribution.h"

#include <algorithm>

#include "query/pull_request.h"
#include "query/text.h"
#include "query/trailers.h"

namespace setpoint::query {
namespace {

void AddOnce(const std::string& person, std::vector<std::string>& people) {
  if (std::find(people.begin(), people.end(), person) == people.end()) people.push_back(person);
}

}  // namespace

Attribution AttributionOf(const storage::Commit& commit) {
  Attribution attribution;
  for (const Trailer& each : ParseTrailers(commit.message)) {
    const std::string key = LowerCase(each.key);
    if (key == "co-authored-by") AddOnce(each.value, attribution.co_authors);
    if (key == "signed-off-by") AddOnce(each.value, attribution.sign_offs);
  }
  attribution.pull_request = FindPullRequest(commit.message);
  return attribution;
}

}  // namespace setpoint::query
