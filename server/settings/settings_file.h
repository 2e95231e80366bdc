// Settings out of a TOML file. All of it is right, or none of it is taken.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "server/server_options.h"

namespace setpoint::server {

// `name` stands in messages ("FILE:12: follow.poll: expected …"). Keys that are not given have their defaults; unknown
// keys and sections, values of another type or out of bounds and repositories without a name or source are refused.
// kInvalidArgument: the first of them in the order of the file, and how many more there are.
absl::StatusOr<ServerOptions> ParseSettings(std::string_view text, std::string_view name);

// kNotFound, kPermissionDenied, kUnavailable: it cannot be read. Blocks on the disk.
absl::StatusOr<ServerOptions> ReadSettingsFile(const std::string& path);

// A whole file with every key at its default, each explained.
std::string ExampleSettings();

}  // namespace setpoint::server
