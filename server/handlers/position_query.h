// The position that a request asks to read at: its repository, `at` and `axis`. Plain data; any thread.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "query/position.h"
#include "server/handlers/handler_context.h"
#include "server/handlers/page.h"
#include "server/http/query_reader.h"
#include "server/http/request.h"

namespace setpoint::server {

// The repository of the path, or where the path has none, of the parameter `repo`. Empty: the store's only one.
std::string TakeRepository(const Request& request, QueryReader& query);

// Takes the repository, `axis` (`committed` or `observed`) and the POSITION `name`; with `at` also `environment`; and
// `wait`, which is the session's to heed: how many seconds to wait for a commit that is not there yet.
absl::StatusOr<query::PositionRequest> TakePosition(const ReadContext& context, const Request& request,
                                                    QueryReader& query, std::string_view name = "at");

// What every list at a position is asked with.
struct PagedQuestion {
  query::PositionRequest position;
  Page page;
};
// TakePosition and TakePage.
absl::StatusOr<PagedQuestion> TakePagedQuestion(const ReadContext& context, const Request& request, QueryReader& query);

}  // namespace setpoint::server
