#include "query/sops.h"

#include <algorithm>
#include <cstddef>

namespace setpoint::query {
namespace {

size_t CountCiphertexts(const JsonValue& value) {
  size_t count = IsCiphertext(value) ? 1 : 0;
  for (const JsonMember& member : value.members) count += CountCiphertexts(member.value);
  for (const JsonValue& item : value.items) count += CountCiphertexts(item);
  return count;
}

bool IsBelow(std::string_view pointer, std::string_view prefix) {
  return pointer.starts_with(prefix) && (pointer.size() == prefix.size() || pointer[prefix.size()] == '/');
}

// Every edit changes these; they say nothing of the keys.
bool IsSeal(std::string_view pointer) {
  return pointer == "/sops/mac" || pointer == "/sops/lastmodified" || pointer == "/sops/version";
}

}  // namespace

bool IsSops(const JsonValue& document) {
  const JsonValue* sops = document.Find("sops");
  return sops != nullptr && sops->Find("mac") != nullptr;
}

bool IsCiphertext(const JsonValue& value) {
  return value.kind == JsonValue::Kind::kString && value.text.starts_with("\"ENC[") && value.text.ends_with("]\"");
}

bool IsRekeyed(const JsonValue& before, const JsonValue& after, const JsonAlignment& alignment) {
  if (!IsSops(before) || !IsSops(after)) return false;
  size_t encrypted_anew = 0;
  bool keys_differ = false;
  for (const JsonDifference& each : alignment.differences) {
    if (IsBelow(each.pointer, "/sops")) {
      keys_differ = keys_differ || !IsSeal(each.pointer);
      continue;
    }
    if (each.before == nullptr || each.after == nullptr) return false;
    if (!IsCiphertext(*each.before) || !IsCiphertext(*each.after)) return false;
    ++encrypted_anew;
  }
  if (encrypted_anew == 0) return true;
  const JsonValue* sops = after.Find("sops");
  return keys_differ && encrypted_anew == CountCiphertexts(after) - CountCiphertexts(*sops);
}

}  // namespace setpoint::query
