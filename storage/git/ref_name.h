// Which names may be those of refs. Pure; any thread.
#pragma once

#include <string_view>

namespace setpoint::storage {

// A full name ("refs/…") that Git itself would accept. Any bytes above 0x7f are, UTF-8 or not.
bool IsRefName(std::string_view name);

}  // namespace setpoint::storage
