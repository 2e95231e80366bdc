#include "server/handlers/representation.h"

#include <algorithm>

#include "server/http/accept.h"
#include "server/http/error_mapping.h"
#include "storage/base/concat.h"

namespace setpoint::server {

absl::StatusOr<std::optional<Representation>> TakeRepresentation(const Request& request, QueryReader& query,
                                                                 const std::vector<Representation>& offered) {
  if (const auto word = query.Take("as")) {
    const auto found = std::find_if(offered.begin(), offered.end(),
                                    [&word](const Representation& each) { return each.word == *word; });
    if (found != offered.end()) return *found;
    std::string words;
    for (const Representation& each : offered) {
      if (words.find(each.word) == std::string::npos) words += storage::Concat(words.empty() ? "" : ", ", each.word);
    }
    return absl::InvalidArgumentError(storage::Concat("parameter 'as' is '", *word, "', but must be one of ", words));
  }
  const std::optional<std::string> accept = request.ListHeader("accept");
  if (!accept.has_value()) return offered.front();
  const auto weight = [&accept](const Representation& each) { return MediaTypeWeight(*accept, each.media_type); };
  const auto best =
      std::max_element(offered.begin(), offered.end(),
                       [&weight](const Representation& a, const Representation& b) { return weight(a) < weight(b); });
  if (weight(*best) == 0) return std::optional<Representation>();
  return *best;
}

Response NotAcceptable(const std::vector<Representation>& offered) {
  std::string types;
  for (const Representation& each : offered) types += storage::Concat(types.empty() ? "" : ", ", each.media_type);
  return ProblemResponse(406, "not-acceptable",
                         storage::Concat("the header Accept refuses all that there is: ", types));
}

bool AcceptsJson(const Request& request) {
  return MediaTypeWeight(request.ListHeader("accept").value_or("*/*"), "application/json") > 0;
}

}  // namespace setpoint::server
