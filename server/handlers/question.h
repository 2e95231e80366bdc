// What a request asks, as a digest: its path and parameters, in whatever order they are given. Pure functions; any
// thread.
#pragma once

#include <string>
#include <string_view>

#include "server/http/request.h"

namespace setpoint::server {

// For a page's token: which page and how much of it, and how long to wait, are no part of the question.
enum class QuestionPart { kAll, kWithoutPage };

// Sixteen bytes. `wait` is no part of either.
std::string QuestionDigest(const Request& request, QuestionPart part);

}  // namespace setpoint::server
