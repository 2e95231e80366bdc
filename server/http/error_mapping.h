// The one place where an error becomes an HTTP answer: RFC 9457 problem documents. Pure functions; any thread.
#pragma once

#include <string_view>

#include "absl/status/status.h"
#include "server/http/request.h"

namespace setpoint::server {

// `word` is the last part of the problem's `type` ("urn:setpoint:problem:WORD") and fixed for ever; `detail` is a
// sentence for a person.
Response ProblemResponse(unsigned status, std::string_view word, std::string_view detail);

// An error of any layer below. The word is the reason of query/errors.h where there is one, else that of the code.
Response ProblemOf(const absl::Status& error);

// Puts the request's name into a problem document as its member `instance` ("urn:setpoint:request:ID"); other answers
// stay as they are. `request_id` holds nothing that JSON would escape.
void NameInstance(std::string_view request_id, Response& response);

// "Not Found" for 404, and so on; the problem's `title` and the reason phrase of the status line.
std::string_view StatusTitle(unsigned status);

}  // namespace setpoint::server
