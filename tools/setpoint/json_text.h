// Members of JSON objects as texts. Pure functions; any thread.
#pragma once

#include <string>
#include <string_view>

#include "query/json_value.h"

namespace setpoint::tools {

// A string or number member without quotes and escapes; empty where the object has none, or it is null.
std::string TextOf(const query::JsonValue& object, std::string_view name);
// Whether it has the member, and it is true.
bool IsTrue(const query::JsonValue& object, std::string_view name);

}  // namespace setpoint::tools
