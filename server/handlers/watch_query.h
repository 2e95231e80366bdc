// What a watch is of, as query parameters: repo, ref (repeated), environment and the filters of selector_query.h. The
// same text is kept for a named consumer, so that its watch can be asked about when it is not there.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "query/watcher.h"
#include "server/http/query_reader.h"
#include "server/http/request.h"

namespace setpoint::server {

// Fills in refs, environment and selector. kInvalidArgument: a filter that does not parse.
absl::Status TakeWatched(QueryReader& query, query::WatchOptions& options);

// The parameters of a watch's request that say what it is of, percent-encoded, in the order given: "repo=a&kind=Pod".
std::string WatchedText(const QueryParameters& query);

// That text again.
absl::StatusOr<query::WatchOptions> ParseWatched(std::string_view text);

}  // namespace setpoint::server
