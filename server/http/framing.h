// Whether two readers could take the same request for different ones: the forms by which a request is smuggled past a
// proxy in front of us. Stricter than RFC 9112 asks for; no honest client sends any of these. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace setpoint::server {

// Why the header of a request is refused; nothing: it is not. `headers` as in Request, `http_version` 10 or 11.
std::optional<std::string_view> AmbiguityOf(const std::vector<std::pair<std::string, std::string>>& headers,
                                            unsigned http_version);

}  // namespace setpoint::server
