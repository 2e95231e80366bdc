// Kubernetes objects, and lists of them (formats.md, Kubernetes).
#include <optional>
#include <string>

#include "storage/base/limits.h"
#include "storage/formats/kubernetes_type.h"
#include "storage/formats/mapping_entries.h"
#include "storage/formats/resource_key.h"
#include "storage/formats/scalar_typing.h"
#include "storage/formats/shape.h"

namespace setpoint::storage {
namespace {

// `Kind[.group]/[namespace/]name`; without a name `~` and the prefix of the one that would be generated.
std::string Identity(const Document& document, NodeIndex node, const KubernetesType& type) {
  std::string identity = EscapeIdentityPart(type.kind);
  if (!type.group.empty()) identity.append(1, '.').append(EscapeIdentityPart(type.group));
  const NodeIndex metadata = FindMember(document, node, "metadata");
  const std::string_view declared_namespace = ScalarMember(document, metadata, "namespace");
  if (!declared_namespace.empty()) identity.append(1, '/').append(EscapeIdentityPart(declared_namespace));
  const std::string_view name = ScalarMember(document, metadata, "name");
  if (!name.empty()) return identity.append(1, '/').append(EscapeIdentityPart(name));
  const std::string_view prefix = ScalarMember(document, metadata, "generateName");
  return identity.append("/~").append(EscapeIdentityPart(prefix));
}

// The `items` of a list: a sequence of mappings (an item that is null is skipped later), or null. kNoNode for any other
// object, whatever its kind ends in.
NodeIndex ListItems(const Document& document, NodeIndex node, const KubernetesType& type) {
  if (!type.kind.ends_with("List")) return kNoNode;
  const NodeIndex items = FindMember(document, node, "items");
  if (items == kNoNode) return kNoNode;
  if (document[items].kind == NodeKind::kScalar) return IsNull(document[items]) ? items : kNoNode;
  if (document[items].kind != NodeKind::kSequence) return kNoNode;
  for (NodeIndex item = items + 1; item < document[items].end; item = document[item].end) {
    const Node& target = document[document.Resolve(item)];
    const bool null = target.kind == NodeKind::kScalar && IsNull(target);
    if (target.kind != NodeKind::kMapping && !null) return kNoNode;
  }
  return items;
}

// SOPS may encrypt what names the object, too: then it has no identity here. (An encrypted apiVersion looks like none.)
bool HidesIdentity(const Document& document) {
  const NodeIndex metadata = FindMember(document, Document::kRoot, "metadata");
  const auto is_hidden = [&document](NodeIndex node, std::string_view key) {
    return ScalarMember(document, node, key).starts_with("ENC[");
  };
  if (!is_hidden(Document::kRoot, "kind") && !is_hidden(metadata, "name") && !is_hidden(metadata, "namespace")) {
    return false;
  }
  return !ScalarMember(document, FindMember(document, Document::kRoot, "sops"), "mac").empty();
}

class ObjectCollector {
 public:
  ObjectCollector(const Document& document, ResourceCollector& collector)
      : document_(document), collector_(collector) {}

  // Adds one object, or the items of a list, and of lists among them.
  void Collect(NodeIndex node, const KubernetesType& type, const LineRange& lines, const std::string& location,
               size_t depth) {
    const NodeIndex items = depth < kDocumentDepthMax ? ListItems(document_, node, type) : kNoNode;
    if (items == kNoNode) {
      collector_.Add(document_, {.identity = Identity(document_, node, type),
                                 .format = Format::kKubernetes,
                                 .typing = Typing::kKubernetes,
                                 .node = node,
                                 .lines = lines,
                                 .location = location});
      return;
    }
    if (document_[items].kind != NodeKind::kSequence) return;
    // An item of a typed list need not repeat its type.
    const KubernetesType item_type = {.group = type.group, .kind = type.kind.substr(0, type.kind.size() - 4)};
    size_t position = 0;
    for (NodeIndex item = items + 1; item < document_[items].end; item = document_[item].end) {
      CollectItem(item, item_type, location + "/items/" + std::to_string(position++), depth + 1);
    }
  }

 private:
  void CollectItem(NodeIndex item, const KubernetesType& list_type, const std::string& location, size_t depth) {
    const LineRange lines = {.first = document_[item].first_line, .last = document_[item].last_line};
    const NodeIndex node = document_.Resolve(item);
    if (document_[node].kind != NodeKind::kMapping) return;
    std::optional<KubernetesType> type = KubernetesTypeOf(document_, node);
    const bool untyped =
        FindMember(document_, node, "kind") == kNoNode && FindMember(document_, node, "apiVersion") == kNoNode;
    if (!type.has_value() && untyped && !list_type.kind.empty()) type = list_type;
    if (type.has_value()) return Collect(node, *type, lines, location, depth);
    collector_.Add(document_,
                   {.identity = "Data", .format = Format::kData, .node = node, .lines = lines, .location = location});
  }

  const Document& document_;
  ResourceCollector& collector_;
};

}  // namespace

bool RecogniseKubernetes(const ShapeInput& input, ResourceCollector& collector) {
  const std::optional<KubernetesType> type = KubernetesTypeOf(input.document, Document::kRoot);
  if (!type.has_value() || HidesIdentity(input.document)) return false;
  ObjectCollector(input.document, collector).Collect(Document::kRoot, *type, input.lines, {}, 0);
  return true;
}

}  // namespace setpoint::storage
