// The OpenAPI 3.1 document of everything that is served: openapi.json, which is part of the program. A test holds it
// against what the handlers do. Any thread.
#pragma once

#include <string_view>

namespace setpoint::server {

// ASCII JSON with a line break at its end.
std::string_view OpenApiDocument();

}  // namespace setpoint::server
