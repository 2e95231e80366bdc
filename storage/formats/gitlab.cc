// GitLab CI (formats.md, Pipelines): one resource for each job, which is every top-level mapping whose key is no
// reserved word; all else is the resource `Pipeline`.
#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "storage/formats/mapping_entries.h"
#include "storage/formats/resource_key.h"
#include "storage/formats/shape.h"

namespace setpoint::storage {
namespace {

// The keywords of GitLab's reference that stand at the top and are no jobs, those no longer recommended included.
constexpr std::array<std::string_view, 14> kReserved = {
    "after_script", "before_script", "cache", "component", "default", "image",     "include",
    "inputs",       "services",      "spec",  "stages",    "types",   "variables", "workflow"};

bool IsJob(const Document& document, const MappingEntry& member) {
  if (document[member.key].kind != NodeKind::kScalar) return false;
  const std::string_view name = document[member.key].Text();
  if (std::find(kReserved.begin(), kReserved.end(), name) != kReserved.end()) return false;
  return document[document.Resolve(member.value)].kind == NodeKind::kMapping;
}

}  // namespace

bool RecogniseGitLab(const ShapeInput& input, ResourceCollector& collector) {
  const Document& document = input.document;
  if (input.path_class.name != NameClass::kGitLabCi) return false;
  if (document[Document::kRoot].kind != NodeKind::kMapping) return false;
  std::vector<NodeIndex> taken;
  bool has_rest = false;
  for (const MappingEntry& member : EffectiveMembers(document, Document::kRoot)) {
    if (!IsJob(document, member)) {
      has_rest = true;
      continue;
    }
    taken.push_back(member.value);
    collector.Add(document, {.identity = "Job/" + EscapeIdentityPart(document[member.key].Text()),
                             .format = Format::kPipeline,
                             .node = member.value,
                             .lines = LinesOf(document, member)});
  }
  if (has_rest || taken.empty()) {
    collector.Add(document,
                  {.identity = "Pipeline", .format = Format::kPipeline, .lines = input.lines, .without = taken});
  }
  return true;
}

}  // namespace setpoint::storage
