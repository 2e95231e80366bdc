// Templates of Azure's Resource Manager (formats.md, ARM): a resource for each of `resources`, of their children and of
// the templates of nested deployments; all else of the template is the resource `Template`.
#include "storage/formats/arm.h"

#include <algorithm>
#include <string>
#include <vector>

#include "storage/base/limits.h"
#include "storage/formats/kubernetes_type.h"
#include "storage/formats/mapping_entries.h"
#include "storage/formats/resource_key.h"
#include "storage/formats/shape.h"

namespace setpoint::storage {
namespace {

std::string LowerCase(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

// Names are mostly expressions, which people break over lines: a run of white space counts as one space.
std::string Folded(std::string_view text) {
  std::string folded;
  for (const char c : text) {
    const bool is_space = c == ' ' || c == '\t' || c == '\r' || c == '\n';
    if (!is_space) {
      folded.push_back(c);
    } else if (!folded.empty() && folded.back() != ' ') {
      folded.push_back(' ');
    }
  }
  if (folded.ends_with(' ')) folded.pop_back();
  return folded;
}

// Where the resources of one list belong: what their types, names and identities begin with.
struct Scope {
  std::string prefix;  // Of a nested deployment: its own identity and '/'.
  std::string type;    // Of the parent, in lower case; empty at the top.
  std::string name;
  std::string location;  // JSON pointer of the list.
  size_t depth = 0;
};

class TemplateReader {
 public:
  TemplateReader(const Document& document, ResourceCollector& collector) : document_(document), collector_(collector) {}

  // The value nodes that became resources of their own go to `taken`.
  void ReadResources(NodeIndex resources, const Scope& scope, std::vector<NodeIndex>& taken) {
    if (resources == kNoNode || scope.depth >= kDocumentDepthMax || collector_.IsExhausted()) return;
    taken.push_back(resources);
    if (document_[resources].kind == NodeKind::kMapping) {
      for (const MappingEntry& member : EffectiveMembers(document_, resources)) {
        if (collector_.IsExhausted()) return;
        const std::string_view symbol = document_[member.key].Text();
        ReadResource(member.value, LinesOf(document_, member), scope, scope.location + "/" + std::string(symbol),
                     EscapeIdentityText(symbol));
      }
      return;
    }
    size_t position = 0;
    for (NodeIndex item = resources + 1; item < document_[resources].end && !collector_.IsExhausted();
         item = document_[item].end) {
      const LineRange lines{document_[item].first_line, document_[item].last_line};
      ReadResource(item, lines, scope, scope.location + "/" + std::to_string(position++), {});
    }
  }

 private:
  // `symbol`: its symbolic name; empty where it has none.
  void ReadResource(NodeIndex node, const LineRange& lines, const Scope& scope, const std::string& location,
                    const std::string& symbol) {
    const std::string own_type = LowerCase(ScalarMember(document_, node, "type"));
    const std::string own_name = Folded(ScalarMember(document_, node, "name"));
    Scope children = {.prefix = scope.prefix,
                      .type = scope.type.empty() ? own_type : scope.type + "/" + own_type,
                      .name = scope.name.empty() ? own_name : scope.name + "/" + own_name,
                      .location = location + "/resources",
                      .depth = scope.depth + 1};
    const std::string identity =
        scope.prefix + (symbol.empty() ? EscapeIdentityText(children.type + "/" + children.name) : symbol);
    std::vector<NodeIndex> without;
    const NodeIndex child_list = ListOf(node);
    const NodeIndex nested = children.type == "microsoft.resources/deployments" ? NestedResources(node) : kNoNode;
    if (child_list != kNoNode) without.push_back(child_list);
    if (nested != kNoNode) without.push_back(nested);
    collector_.Add(document_, {.identity = identity,
                               .format = Format::kArm,
                               .node = node,
                               .lines = lines,
                               .location = location,
                               .without = without});
    if (identity.size() > kIdentityBytesMax) return;
    std::vector<NodeIndex> ignored;
    ReadResources(child_list, children, ignored);
    const Scope inside = {.prefix = identity + "/",
                          .type = {},
                          .name = {},
                          .location = location + "/properties/template/resources",
                          .depth = scope.depth + 1};
    ReadResources(nested, inside, ignored);
  }

  // `resources` of a resource or template; kNoNode where it is no list and no object.
  NodeIndex ListOf(NodeIndex node) const {
    const NodeIndex list = FindMember(document_, node, "resources");
    return list != kNoNode && document_[list].kind != NodeKind::kScalar ? list : kNoNode;
  }

  NodeIndex NestedResources(NodeIndex deployment) const {
    const NodeIndex properties = FindMember(document_, deployment, "properties");
    return ListOf(FindMember(document_, properties, "template"));
  }

  const Document& document_;
  ResourceCollector& collector_;
};

}  // namespace

bool IsArmSchema(std::string_view schema) {
  std::string lower = LowerCase(schema);
  while (lower.ends_with('#')) lower.pop_back();
  return lower.find("://schema.management.azure.com/") != std::string::npos &&
         lower.ends_with("deploymenttemplate.json");
}

bool RecogniseArm(const ShapeInput& input, ResourceCollector& collector) {
  const Document& document = input.document;
  if (input.path_class.name != NameClass::kJson && input.path_class.name != NameClass::kNoExtension) return false;
  if (!IsArmSchema(ScalarMember(document, Document::kRoot, "$schema"))) return false;
  const NodeIndex resources = FindMember(document, Document::kRoot, "resources");
  std::vector<NodeIndex> taken;
  if (resources != kNoNode && document[resources].kind != NodeKind::kScalar) {
    TemplateReader(document, collector)
        .ReadResources(resources, {.prefix = {}, .type = {}, .name = {}, .location = "/resources"}, taken);
  }
  collector.Add(document, {.identity = "Template", .format = Format::kArm, .lines = input.lines, .without = taken});
  return true;
}

}  // namespace setpoint::storage
