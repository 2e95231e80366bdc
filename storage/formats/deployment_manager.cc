// Configurations of Google's Deployment Manager (formats.md): `resources` is a list of mappings with name and type.
// What stands beside it (imports, outputs) is the resource `Configuration`.
#include <string>

#include "storage/formats/kubernetes_type.h"
#include "storage/formats/mapping_entries.h"
#include "storage/formats/resource_key.h"
#include "storage/formats/shape.h"

namespace setpoint::storage {
namespace {

// A list of at least one mapping, each with a name and a type; a kustomization's is one of texts.
bool IsResourceList(const Document& document, NodeIndex list) {
  if (list == kNoNode || document[list].kind != NodeKind::kSequence) return false;
  for (NodeIndex item = list + 1; item < document[list].end; item = document[item].end) {
    if (ScalarMember(document, item, "name").empty() || ScalarMember(document, item, "type").empty()) return false;
  }
  return document[list].end > list + 1;
}

bool IsYaml(NameClass name) { return name == NameClass::kYaml || name == NameClass::kNoExtension; }

}  // namespace

bool RecogniseDeploymentManager(const ShapeInput& input, ResourceCollector& collector) {
  const Document& document = input.document;
  if (!IsYaml(input.path_class.name)) return false;
  const NodeIndex list = FindMember(document, Document::kRoot, "resources");
  if (!IsResourceList(document, list)) return false;
  if (FindMember(document, Document::kRoot, "apiVersion") != kNoNode ||
      FindMember(document, Document::kRoot, "kind") != kNoNode) {
    return false;
  }
  size_t position = 0;
  for (NodeIndex item = list + 1; item < document[list].end; item = document[item].end) {
    collector.Add(document, {.identity = EscapeIdentityText(ScalarMember(document, item, "name")),
                             .format = Format::kDeploymentManager,
                             .node = item,
                             .lines = {document[item].first_line, document[item].last_line},
                             .location = "/resources/" + std::to_string(position++)});
  }
  std::vector<NodeIndex> taken;
  bool has_rest = false;
  for (const MappingEntry& member : EffectiveMembers(document, Document::kRoot)) {
    if (document.Resolve(member.value) == list) {
      taken.push_back(member.value);
    } else {
      has_rest = true;
    }
  }
  if (has_rest) {
    collector.Add(
        document,
        {.identity = "Configuration", .format = Format::kDeploymentManager, .lines = input.lines, .without = taken});
  }
  return true;
}

}  // namespace setpoint::storage
