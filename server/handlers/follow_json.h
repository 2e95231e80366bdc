// How following a repository goes, as JSON: an item of /readyz and of /v1/status.
#pragma once

#include "query/json_writer.h"
#include "server/follow/follow_table.h"

namespace setpoint::server {

void WriteFollowState(const FollowState& state, query::JsonWriter& json);

}  // namespace setpoint::server
