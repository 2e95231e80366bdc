// What a handler gave, made ready to be sent: its first piece is there (so that what goes wrong with it is still an
// error of the request), conditions are looked at, bytes are encoded. On a worker.
#pragma once

#include "absl/status/statusor.h"
#include "server/http/request.h"

namespace setpoint::server {

// A short answer is whole then; of a longer one `rest` is to be sent piece by piece.
Response MakeReady(const Request& request, absl::StatusOr<Response> given);

}  // namespace setpoint::server
