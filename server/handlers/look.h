// Asking for a look at a source, and waiting for what comes of it.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "server/handlers/handler_context.h"
#include "server/http/query_reader.h"
#include "server/http/request.h"

namespace setpoint::server {

struct LookWait {
  absl::Duration patience;  // Zero: does not wait.
};

// The parameter `wait`, in seconds.
LookWait TakeWait(QueryReader& parameters);

// Asks for a look. 202 where it is not waited for or not over in time; 200 with what came of it: a source that fails is
// an answer too. kNotFound: it is not followed.
absl::StatusOr<Response> AnswerLook(const HandlerContext& context, const std::string& repository, const LookWait& wait);

}  // namespace setpoint::server
