// Standard base64 with padding (RFC 4648), as YAML's !!binary uses it. Pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace setpoint::storage {

// The bytes that the text stands for, line breaks ignored; nothing where it is not base64.
std::optional<std::string> DecodeBase64(std::string_view text);

}  // namespace setpoint::storage
