// JSON as YAML in block style, for people. Strings are quoted wherever a reader of YAML 1.1 or 1.2 could take them for
// something else, so that reading the text again gives the same values. Pure functions; any thread may call them.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace setpoint::query {

enum class YamlTags {
  kKeep,     // Any JSON: members called "$tag" are members.
  kRestore,  // Canonical content: {"$tag", "$value"} becomes a tagged value again, and "$$key" becomes "$key".
};

// kDataLoss where the text is no JSON. Ends with a line break.
absl::StatusOr<std::string> YamlFromJson(std::string_view json, YamlTags tags);

}  // namespace setpoint::query
