// Kustomizations and components of kustomize (formats.md, Kubernetes): by the file's name, also without a type, or by
// their own type in a file of any name. Flux's Kustomization is of another group, and an ordinary object.
#include <optional>

#include "storage/formats/kubernetes_type.h"
#include "storage/formats/mapping_entries.h"
#include "storage/formats/shape.h"

namespace setpoint::storage {
namespace {

bool IsKustomization(const ShapeInput& input) {
  const Document& document = input.document;
  if (document[Document::kRoot].kind != NodeKind::kMapping) return false;
  const std::optional<KubernetesType> type = KubernetesTypeOf(document, Document::kRoot);
  if (type.has_value()) {
    return type->group == "kustomize.config.k8s.io" && (type->kind == "Kustomization" || type->kind == "Component");
  }
  if (input.path_class.name != NameClass::kKustomization) return false;
  // What names another kind or API than kustomize's is some other thing in a file of that name.
  const std::string_view kind = ScalarMember(document, Document::kRoot, "kind");
  const std::string_view api_version = ScalarMember(document, Document::kRoot, "apiVersion");
  return (kind.empty() || kind == "Kustomization" || kind == "Component") &&
         (api_version.empty() || api_version.starts_with("kustomize.config.k8s.io/"));
}

}  // namespace

bool RecogniseKustomization(const ShapeInput& input, ResourceCollector& collector) {
  if (!IsKustomization(input)) return false;
  collector.Add(input.document, {.identity = "Kustomization",
                                 .format = Format::kKustomization,
                                 .typing = Typing::kKubernetes,
                                 .lines = input.lines});
  return true;
}

}  // namespace setpoint::storage
