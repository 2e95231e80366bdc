// Where an answer is read: the view of the store, the position, and whether the same question gives the same answer for
// ever. A value; any thread. Must not outlive the store.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "query/position.h"
#include "query/view.h"
#include "server/handlers/handler_context.h"
#include "server/handlers/page.h"
#include "server/http/request.h"

namespace setpoint::server {

struct Place {
  query::View view;
  // Where the question has a position. Its repository is that of the question.
  std::optional<query::ResolvedPosition> position = {};
  storage::RepositoryId repository = {};
  // What "2h ago" counts from.
  int64_t now = 0;
  // New commits do not change the answer.
  bool fixed = false;
  // It depends on `now`: a filter says "2h ago".
  bool by_clock = false;
  bool is_later_page = false;
  // What else it depends on that may change while the position stays: the verdicts on signatures.
  std::string besides = {};
};

// As the request asks, or for a later page as the first one was read: at the same revision, looking no further than
// that one did. Errors as ResolvePosition; bad-continue where the token fits nothing here.
absl::StatusOr<Place> FindPlace(const ReadContext& context, const Request& request, const query::PositionRequest& asked,
                                const Page& page);
// Of a question without a position: one of a repository's (or with `kNone` of the store's) whole history.
enum class OfRepository { kNone, kOne };
absl::StatusOr<Place> FindPlace(const ReadContext& context, const Request& request, std::string_view repository,
                                OfRepository of_repository, const Page& page);

// For answers that show signatures: keys may change, and with them the verdicts of commits long past. So such an answer
// is never kept without asking, not even of a fixed position.
absl::Status DependOnVerdicts(Place& place);

// The folder of the environment that was asked for; empty: everything counts.
std::string ScopeOf(const Place& place);
// A key as it was asked for, whole: in an environment it may begin below its folder.
std::string KeyAt(const Place& place, std::string_view key);

// The token of the page after; the cursor is still to be set.
PageToken NextPageToken(const Request& request, const Place& place);

// The answer's beginning: its tag and for how long it may be kept, both by the place. Status 304 where the client has
// it already: then that is the whole answer. `more_positions`: others that it was read at.
Response BeginAnswer(const Request& request, const Place& place, std::string_view content_type,
                     const std::vector<storage::Position>& more_positions = {});

}  // namespace setpoint::server
