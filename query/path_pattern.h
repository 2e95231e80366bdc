// Which paths a filter takes. Pure functions; any thread may call them.
#pragma once

#include <string_view>

namespace setpoint::query {

// Without '*' and '?': paths that begin so. With them: whole paths, '*' any bytes but '/', '**' any bytes, '?' one byte
// but '/'. The empty pattern takes everything.
bool PathMatches(std::string_view pattern, std::string_view path);

// A JSON pointer in which the step '*' stands for any one step, against the pointer of a field: the same place, or
// anything below it.
bool PointerMatches(std::string_view pattern, std::string_view pointer);

}  // namespace setpoint::query
