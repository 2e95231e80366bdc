// Text of any encoding as UTF-8. Pure functions; any thread may call them.
#pragma once

#include <string>
#include <string_view>

namespace setpoint::storage {

// `bytes` from `encoding` (a name that iconv knows; empty, unknown or "UTF-8": UTF-8). What does not fit becomes
// U+FFFD, so that the result is always valid UTF-8.
std::string ToUtf8(std::string_view bytes, std::string_view encoding = {});

}  // namespace setpoint::storage
