// Charts and their values (formats.md, Kubernetes): by the file's name, and only where the document is no Kubernetes
// object. Templates are made where a text does not parse (decoder.cc).
#include "storage/formats/kubernetes_type.h"
#include "storage/formats/mapping_entries.h"
#include "storage/formats/shape.h"

namespace setpoint::storage {

bool RecogniseHelm(const ShapeInput& input, ResourceCollector& collector) {
  const Document& document = input.document;
  if (document[Document::kRoot].kind != NodeKind::kMapping) return false;
  const bool is_values = input.path_class.name == NameClass::kHelmValues;
  const bool is_chart = input.path_class.name == NameClass::kHelmChart &&
                        !ScalarMember(document, Document::kRoot, "name").empty() &&
                        FindMember(document, Document::kRoot, "version") != kNoNode;
  if (!is_values && !is_chart) return false;
  collector.Add(document, {.identity = is_chart ? "Chart" : "Values", .format = Format::kHelm, .lines = input.lines});
  return true;
}

}  // namespace setpoint::storage
