// CloudFormation and SAM templates (formats.md): a resource for each logical id, and one for each member of the other
// sections. What stands beside the sections (the description, the transform) is the resource `Template`.
#include <array>
#include <string>
#include <vector>

#include "storage/formats/kubernetes_type.h"
#include "storage/formats/mapping_entries.h"
#include "storage/formats/resource_key.h"
#include "storage/formats/shape.h"

namespace setpoint::storage {
namespace {

// Sections whose members are things of their own. Those of SAM and of hooks have no row in formats.md and follow the
// others.
constexpr std::array<std::string_view, 8> kSections = {"Parameters", "Outputs",  "Mappings", "Conditions",
                                                       "Rules",      "Metadata", "Globals",  "Hooks"};

bool HoldsColons(std::string_view text) { return text.find("::") != std::string_view::npos; }

// A type: `AWS::S3::Bucket`, or a module in its place that is packaged first, `!Rain::Module x`.
bool HasResourceType(const Document& document, NodeIndex node) {
  const NodeIndex member = FindMember(document, node, "Type");
  if (member == kNoNode) return false;
  const Node& type = document[document.Resolve(member)];
  if (type.kind == NodeKind::kScalar) {
    return HoldsColons(type.Text()) || (type.unknown_tag != 0 && HoldsColons(document.TagText(type)));
  }
  const NodeIndex first = document.Resolve(member) + 1;
  return type.kind == NodeKind::kMapping && first < type.end && document[first].kind == NodeKind::kScalar &&
         HoldsColons(document[first].Text());
}

bool IsMapping(const Document& document, NodeIndex node) {
  return node != kNoNode && document[document.Resolve(node)].kind == NodeKind::kMapping;
}

// `Fn::ForEach::X` and `Fn::Transform` stand for resources that the service makes.
bool IsFunction(const Document& document, const MappingEntry& member) {
  return document[member.key].Text().starts_with("Fn::");
}

// A template that says so may have an unfinished member, or nothing but functions; one that does not must be one
// throughout.
bool IsTemplate(const Document& document, const std::vector<MappingEntry>& resources) {
  const bool says_so = !ScalarMember(document, Document::kRoot, "AWSTemplateFormatVersion").empty() ||
                       FindMember(document, Document::kRoot, "Transform") != kNoNode;
  size_t typed = 0;
  size_t others = 0;
  for (const MappingEntry& member : resources) {
    if (HasResourceType(document, member.value)) {
      ++typed;
    } else if (!IsFunction(document, member)) {
      ++others;
    }
  }
  const bool is_all_functions = typed == 0 && others == 0 && !resources.empty();
  return (typed > 0 && (others == 0 || says_so)) || (is_all_functions && says_so);
}

class TemplateCollector {
 public:
  TemplateCollector(const Document& document, ResourceCollector& collector)
      : document_(document), collector_(collector) {}

  void Add(const std::string& prefix, const MappingEntry& member) {
    collector_.Add(document_, {.identity = prefix + EscapeIdentityText(document_[member.key].Text()),
                               .format = Format::kCloudFormation,
                               .typing = Typing::kCloudFormation,
                               .node = member.value,
                               .lines = LinesOf(document_, member)});
  }

  // Adds the members of a section; false where it is none.
  bool AddSection(const MappingEntry& section) {
    const std::string_view name = document_[section.key].Text();
    for (const std::string_view known : kSections) {
      if (name != known || !IsMapping(document_, section.value)) continue;
      for (const MappingEntry& member : EffectiveMembers(document_, section.value)) {
        Add(std::string(name) + ".", member);
      }
      return true;
    }
    return false;
  }

  void AddRest(const std::vector<NodeIndex>& without, const LineRange& lines) {
    collector_.Add(document_, {.identity = "Template",
                               .format = Format::kCloudFormation,
                               .typing = Typing::kCloudFormation,
                               .lines = lines,
                               .without = without});
  }

 private:
  const Document& document_;
  ResourceCollector& collector_;
};

}  // namespace

bool RecogniseCloudFormation(const ShapeInput& input, ResourceCollector& collector) {
  const Document& document = input.document;
  const NodeIndex resources = FindMember(document, Document::kRoot, "Resources");
  if (!IsMapping(document, resources)) return false;
  const std::vector<MappingEntry> members = EffectiveMembers(document, resources);
  if (!IsTemplate(document, members)) return false;
  TemplateCollector parts(document, collector);
  std::vector<NodeIndex> taken;
  bool has_rest = false;
  for (const MappingEntry& section : EffectiveMembers(document, Document::kRoot)) {
    if (document.Resolve(section.value) == resources) {
      for (const MappingEntry& member : members) parts.Add({}, member);
      taken.push_back(section.value);
    } else if (parts.AddSection(section)) {
      taken.push_back(section.value);
    } else {
      has_rest = true;
    }
  }
  if (has_rest) parts.AddRest(taken, input.lines);
  return true;
}

}  // namespace setpoint::storage
