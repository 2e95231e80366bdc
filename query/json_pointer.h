// JSON pointers (RFC 6901). Pure functions; any thread may call them.
#pragma once

#include <string>
#include <string_view>

#include "query/json_value.h"

namespace setpoint::query {

// "" is the whole document, any other pointer begins with '/'; '~' stands only before 0 or 1.
bool IsJsonPointer(std::string_view pointer);

// What the pointer names; null where the document has no such place.
const JsonValue* FindByPointer(const JsonValue& document, std::string_view pointer);

// Goes one step down: appends '/' and the step, escaped.
void AppendPointerStep(std::string_view step, std::string& pointer);

}  // namespace setpoint::query
