// Conditional requests: whether a client has the answer already (RFC 9110, 13). Pure functions; any thread.
#pragma once

#include <optional>
#include <string>

#include "server/http/request.h"

namespace setpoint::server {

// The tag of `If-None-Match`, as the client wrote it, that stands for an answer with this tag in any encoding ("TAG",
// "TAG-gzip", "TAG-zstd"); nothing where it names none of them. A tag is compared by its text: weak ones count.
std::optional<std::string> TagThatClientHas(const Request& request, std::string_view tag);

// Turns a finished answer into 304 where the client has it: a complete one without a tag gets one from its bytes first.
// Leaves everything but whole or tagged answers of status 200 as it is.
void ApplyCondition(const Request& request, Response& response);

}  // namespace setpoint::server
