#include "query/disclosure.h"

#include "storage/base/coding.h"
#include "storage/base/digest.h"

namespace setpoint::query {

bool Disclosure::operator==(const Disclosure& other) const {
  if (secrets != other.secrets) return false;
  if (scopes == nullptr || other.scopes == nullptr) return scopes == other.scopes;
  return *scopes == *other.scopes;
}

std::string Disclosure::Class() const {
  std::string word = secrets == Secrets::kShown ? "shown" : "redacted";
  if (scopes == nullptr) return word;
  std::string text;
  for (const VisibleScope& scope : *scopes) {
    for (const std::string* each : {&scope.repository, &scope.ref, &scope.path_prefix}) {
      text.append(std::to_string(each->size())).append(":").append(*each);
    }
    storage::AppendVarint(text, scope.pointed_at.timeline.value);
    storage::AppendVarint(text, scope.pointed_at.revision.value);
  }
  // Sixteen digits: an ETag only has to tell apart what one client may have stored.
  return word.append("-").append(storage::Sha256(text).Hex().substr(0, 16));
}

}  // namespace setpoint::query
