#include "storage/ingest/template_paths.h"

#include "storage/formats/resource_key.h"

namespace setpoint::storage {

void TemplatePaths::Update() {
  for (const uint32_t count = names_.resource_count(); seen_ < count; ++seen_) {
    const KeyParts parts = SplitKey(names_.ResourceKey(ResourceId(seen_ + 1)));
    if (parts.identity == "Template" || parts.identity.starts_with("Template~")) scopes_.insert(parts.scope);
  }
}

bool TemplatePaths::Contains(std::string_view path) const {
  return !scopes_.empty() && scopes_.contains(ScopeText(path, Format::kHelm));
}

}  // namespace setpoint::storage
