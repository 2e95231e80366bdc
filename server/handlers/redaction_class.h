// What an answer's tag must say of who asked: two callers of one class get the same bytes for the same question, two of
// different classes perhaps not. Pure functions; any thread.
#pragma once

#include <string>

#include "server/http/request.h"

namespace setpoint::server {

// By what may be seen and shown; what was asked for by other parameters is part of the question.
std::string RedactionClass(const Request& request);

}  // namespace setpoint::server
