// How a template of Azure's Resource Manager is told from other JSON. Pure functions.
#pragma once

#include <string_view>

namespace setpoint::storage {

// Whether a `$schema` is on schema.management.azure.com and names a …DeploymentTemplate.json (any case, optional '#').
bool IsArmSchema(std::string_view schema);

}  // namespace setpoint::storage
