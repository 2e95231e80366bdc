#include "server/handlers/position_query.h"

#include "query/errors.h"
#include "storage/base/concat.h"

namespace setpoint::server {

absl::StatusOr<query::PositionRequest> TakePosition(const ReadContext& context, const Request& request,
                                                    QueryReader& query) {
  query::PositionRequest position;
  position.repository = request.captures.at(0);
  position.text = query.Take("at").value_or("");
  position.now = context.clock.NowSeconds();
  const std::string axis = query.Take("axis").value_or("committed");
  if (axis == "observed") {
    position.axis = storage::TimeAxis::kObserved;
  } else if (axis != "committed") {
    return query::InvalidArgument(query::reason::kBadPosition,
                                  storage::Concat("axis is 'committed' or 'observed', not '", axis, "'"));
  }
  return position;
}

}  // namespace setpoint::server
