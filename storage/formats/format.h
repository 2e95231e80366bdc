// The formats of resources (formats.md): their numbers in the log, their names, and what their identities mean.
// Pure functions; any thread may call them.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace setpoint::storage {

// What kind of thing a resource is. Stored in the log: numbers are fixed for ever, new ones are appended.
enum class Format : uint8_t {
  kFile = 1,
  kData = 2,
  kKubernetes = 3,
  kKustomization = 4,
  kHelm = 5,
  kTerraform = 6,
  kCloudFormation = 7,
  kArm = 8,
  kDeploymentManager = 9,
  kPipeline = 10,
};

// The name that formats.md and `list --format` use, for example "deployment-manager". Empty for a number that is no
// format.
std::string_view FormatName(Format format);
// The format of that name; nothing where there is none.
std::optional<Format> FormatFromName(std::string_view name);

// Whether a resource's identity of this format names the thing itself, so that the same identity in another scope is
// the same thing moved (rule 2 of formats.md, Moves). An object without a name, or with a generated one ("Job/~x-"),
// names nothing.
bool IdentityNamesThing(Format format, std::string_view identity);

}  // namespace setpoint::storage
