// The two fields that make a mapping a Kubernetes object. Pure functions.
#pragma once

#include <optional>
#include <string_view>

#include "storage/formats/document.h"

namespace setpoint::storage {

struct KubernetesType {
  std::string_view group;  // "apps"; empty for the core group.
  std::string_view kind;
};

// The group of an apiVersion that looks like `[group/]v<digit>…`; nothing where it does not.
std::optional<std::string_view> GroupOfApiVersion(std::string_view api_version);

// The type of a mapping whose `apiVersion` looks so and whose `kind` starts with a capital; nothing for any other node.
std::optional<KubernetesType> KubernetesTypeOf(const Document& document, NodeIndex node);

// The text of a member that is a scalar and not null; empty where there is none.
std::string_view ScalarMember(const Document& document, NodeIndex node, std::string_view key);

}  // namespace setpoint::storage
