// Pipelines of every product but GitLab (formats.md, Pipelines): one resource a file, named by product. The file's name
// says what it may be, its shape whether it is.
#include <algorithm>
#include <initializer_list>
#include <string>

#include "storage/formats/kubernetes_type.h"
#include "storage/formats/mapping_entries.h"
#include "storage/formats/resource_key.h"
#include "storage/formats/shape.h"

namespace setpoint::storage {
namespace {

bool HasAny(const Document& document, std::initializer_list<std::string_view> keys) {
  return std::any_of(keys.begin(), keys.end(), [&document](std::string_view key) {
    return FindMember(document, Document::kRoot, key) != kNoNode;
  });
}

bool IsKind(const Document& document, std::string_view key, NodeKind kind) {
  const NodeIndex node = FindMember(document, Document::kRoot, key);
  return node != kNoNode && document[node].kind == kind;
}

// Harness: the one top-level key names what the file declares ("pipeline", "inputSet"), and its value has an
// identifier.
std::string HarnessIdentity(const Document& document) {
  for (const MappingEntry& member : EffectiveMembers(document, Document::kRoot)) {
    if (ScalarMember(document, member.value, "identifier").empty()) continue;
    std::string kind = EscapeIdentityPart(document[member.key].Text());
    if (!kind.empty() && kind[0] >= 'a' && kind[0] <= 'z') kind[0] = static_cast<char>(kind[0] - 'a' + 'A');
    return kind;
  }
  return {};
}

// Empty: no pipeline of the product that the name promises.
std::string IdentityOf(NameClass name, const Document& document) {
  switch (name) {
    case NameClass::kGitHubWorkflow:
      // A reusable part has `on` like any other; `jobs` is what makes it one.
      return IsKind(document, "jobs", NodeKind::kMapping) ? "Workflow" : "";
    case NameClass::kGitHubAction:
      return IsKind(document, "runs", NodeKind::kMapping) ? "Action" : "";
    case NameClass::kAzurePipelines:
      return HasAny(document, {"steps", "jobs", "stages", "extends", "trigger", "pr", "pool"}) ? "Pipeline" : "";
    case NameClass::kCircleCi:
      return HasAny(document, {"jobs", "workflows", "orbs"}) ? "Pipeline" : "";
    case NameClass::kBitbucket:
      return IsKind(document, "pipelines", NodeKind::kMapping) ? "Pipeline" : "";
    case NameClass::kCloudBuild:
      return IsKind(document, "steps", NodeKind::kSequence) ? "Build" : "";
    case NameClass::kBuildspec:
      return IsKind(document, "phases", NodeKind::kMapping) ? "Buildspec" : "";
    case NameClass::kHarness:
      return HarnessIdentity(document);
    default:
      return {};
  }
}

}  // namespace

bool RecognisePipeline(const ShapeInput& input, ResourceCollector& collector) {
  if (input.document[Document::kRoot].kind != NodeKind::kMapping) return false;
  std::string identity = IdentityOf(input.path_class.name, input.document);
  if (identity.empty()) return false;
  collector.Add(input.document, {.identity = std::move(identity), .format = Format::kPipeline, .lines = input.lines});
  return true;
}

}  // namespace setpoint::storage
