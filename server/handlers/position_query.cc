#include "server/handlers/position_query.h"

#include "query/errors.h"
#include "server/server_options.h"
#include "storage/base/concat.h"

namespace setpoint::server {

std::string TakeRepository(const Request& request, QueryReader& query) {
  return request.captures.empty() ? query.Take("repo").value_or("") : request.captures.front();
}

absl::StatusOr<query::PositionRequest> TakePosition(const ReadContext& context, const Request& request,
                                                    QueryReader& query, std::string_view name) {
  query::PositionRequest position;
  position.repository = TakeRepository(request, query);
  position.text = query.Take(name).value_or("");
  position.now = context.clock.NowSeconds();
  query.TakeNumber("wait", kWaitSecondsMax);
  if (name == "at") position.environment = query.Take("environment").value_or("");
  const std::string axis = query.Take("axis").value_or("committed");
  if (axis == "observed") {
    position.axis = storage::TimeAxis::kObserved;
  } else if (axis != "committed") {
    return query::InvalidArgument(query::reason::kBadPosition,
                                  storage::Concat("axis is 'committed' or 'observed', not '", axis, "'"));
  }
  return position;
}

absl::StatusOr<PagedQuestion> TakePagedQuestion(const ReadContext& context, const Request& request,
                                                QueryReader& query) {
  auto position = TakePosition(context, request, query);
  if (!position.ok()) return position.status();
  auto page = TakePage(request, query);
  if (!page.ok()) return page.status();
  return PagedQuestion{*std::move(position), *std::move(page)};
}

}  // namespace setpoint::server
