#include "storage/base/secret_marks.h"

namespace setpoint::storage {
namespace {

constexpr std::string_view kSecret = "Secret";
// What may stand between a key and its value in YAML, JSON, and JSON inside of a JSON string.
constexpr std::string_view kBetween = " \t\"'\\:";

bool IsWordByte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// Whether `kind` and a colon stand before the word that begins at `begin`.
bool IsValueOfKind(std::string_view text, size_t begin) {
  bool has_colon = false;
  while (begin > 0 && kBetween.find(text[begin - 1]) != std::string_view::npos) {
    --begin;
    has_colon = has_colon || text[begin] == ':';
  }
  return has_colon && text.substr(0, begin).ends_with("kind");
}

bool NamesSecretKind(std::string_view text) {
  for (size_t at = text.find(kSecret); at != std::string_view::npos; at = text.find(kSecret, at + 1)) {
    std::string_view after = text.substr(at + kSecret.size());
    if (after.starts_with("List")) after.remove_prefix(4);
    if (!after.empty() && IsWordByte(after.front())) continue;
    const bool sealed = text.substr(0, at).ends_with("Sealed");
    if (IsValueOfKind(text, sealed ? at - 6 : at)) return true;
  }
  return false;
}

}  // namespace

bool HasSecretMark(std::string_view text) {
  return NamesSecretKind(text) || text.find("ENC[") != std::string_view::npos ||
         text.find("secretGenerator") != std::string_view::npos;
}

bool IsSecretKind(std::string_view kind) { return kind == "Secret" || kind == "SealedSecret"; }

}  // namespace setpoint::storage
