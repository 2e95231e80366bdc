#include "storage/formats/kubernetes_type.h"

#include "storage/formats/mapping_entries.h"
#include "storage/formats/scalar_typing.h"

namespace setpoint::storage {

std::optional<std::string_view> GroupOfApiVersion(std::string_view api_version) {
  std::string_view group;
  const size_t slash = api_version.find('/');
  if (slash != std::string_view::npos) {
    group = api_version.substr(0, slash);
    api_version.remove_prefix(slash + 1);
    if (group.empty() || api_version.find('/') != std::string_view::npos) return std::nullopt;
  }
  if (api_version.size() < 2 || api_version[0] != 'v' || api_version[1] < '0' || api_version[1] > '9') {
    return std::nullopt;
  }
  return group;
}

std::optional<KubernetesType> KubernetesTypeOf(const Document& document, NodeIndex node) {
  const std::string_view kind = ScalarMember(document, node, "kind");
  if (kind.empty() || kind[0] < 'A' || kind[0] > 'Z') return std::nullopt;
  const std::optional<std::string_view> group = GroupOfApiVersion(ScalarMember(document, node, "apiVersion"));
  if (!group.has_value()) return std::nullopt;
  return KubernetesType{.group = *group, .kind = kind};
}

std::string_view ScalarMember(const Document& document, NodeIndex node, std::string_view key) {
  const NodeIndex member = FindMember(document, node, key);
  if (member == kNoNode) return {};
  const Node& scalar = document[member];
  return scalar.kind == NodeKind::kScalar && !IsNull(scalar) ? scalar.Text() : std::string_view();
}

}  // namespace setpoint::storage
